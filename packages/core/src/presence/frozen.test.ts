import { describe, expect, test } from 'vitest';
import { at, fold, joined, proof, T0, verdict } from './builders.testing.ts';
import type { Fact } from './fact.ts';
import { judgeMedia } from './frozen.ts';
import type { Tick } from './judge.ts';
import { watch } from './watch.testing.ts';
import type { Sight, Watch } from './watch.ts';

/** Seen last at 100; somebody looks, and there is something to see. */
const sight = (now: number, more: Partial<Sight> = {}): { sight: Sight } => ({
  sight: { seenAt: at(100), reportedAt: at(now), expected: true, expectedFrom: at(0), ...more },
});
const frozen = { frozen: { fromAt: at(100), paused: false } };
const paused = { frozen: { fromAt: at(100), paused: true } };
const silent = { ownQuietFrom: at(100.1) };
const tick = (now: number, more: Partial<Tick> = {}): Tick => ({
  now: at(now),
  lateMs: 0,
  startedAt: at(-60),
  heardAt: at(now),
  outage: null,
  ...more,
});

describe('a frozen picture', () => {
  test.each<[string, Partial<Watch>, number, string]>([
    ['is told within three seconds and a half', sight(102.5), 102.5, 'frozen 100'],
    ['not before', sight(102.4), 102.4, '–'],
    ['is none of somebody who is muted', sight(103, { expected: false, expectedFrom: null }), 103, '–'],
    ['is none in the first moments of a track', sight(103, { expectedFrom: at(102) }), 103, '–'],
    ['is none where nothing ever came', sight(103, { seenAt: null }), 103, '–'],
    ['is none where nobody looks', sight(101), 103, '–'],
    [
      'is none of somebody whom we do not hear: that is told otherwise',
      { ...sight(103), lastBeatAt: at(100) },
      103,
      '–',
    ],
    ["costs nobody anything by the partner's word alone", { ...sight(110), ...frozen }, 110, '–'],
    [
      'stops the meter at the last media once its own stack agrees',
      { ...sight(103), ...frozen, ...silent },
      103,
      'media_stopped 99.5',
    ],
    ['once', { ...sight(110), ...paused, ...silent }, 110, '–'],
    ['moves again', { ...sight(155, { seenAt: at(155) }), ...paused }, 155.1, 'media_back 155'],
    [
      'is over when there is nothing to see any more',
      { ...sight(120, { expected: false }), ...frozen },
      120,
      'media_back 120',
    ],
  ])('[PRES-F12] %s', (_title, more, now, expected) => {
    const one = watch(now, more);
    const said = judgeMedia([one], tick(now))[0];
    expect(said === undefined ? '–' : `${said.type} ${(said.effectiveAt - T0) / 1000}`).toBe(expected);
  });

  const listed = { listedAt: at(150) };
  test.each<[string, Partial<Watch>, number, Partial<Tick>, string]>([
    ['for a minute and a half', {}, 190, {}, 'shut_out'],
    ['not sooner', {}, 189.9, {}, '–'],
    ['in several pieces', { stopped: [[at(10), at(70)]] }, 130, {}, 'shut_out'],
    ['of the last ten minutes', { stopped: [[at(-500), at(-440)]] }, 160, {}, '–'],
    ['not where LiveKit does not have them', { listedAt: at(99) }, 190, {}, '–'],
    ['in no call nobody pays', { callId: null }, 190, {}, '–'],
    ['once', { shutOutAt: at(190) }, 191, {}, '–'],
    ["by the partner's word alone it is paid", { ...frozen, ownQuietFrom: null }, 190, {}, '–'],
    ['as far as we have run', {}, 190, { startedAt: at(110) }, '–'],
    ['as far as LiveKit was there', {}, 190, { outage: { fromAt: at(90), toAt: at(101) } }, '–'],
  ])('[PRES-F25] a picture that stands and is not paid: %s', (_title, more, now, circumstances, expected) => {
    const one = watch(now, { ...sight(now), ...paused, ...silent, ...listed, ...more });
    expect(judgeMedia([one], tick(now, circumstances))[0]?.type ?? '–').toBe(expected);
  });

  test('[PRES-F12] while LiveKit is away, or we have just started or are late, nobody is frozen', () => {
    const one = watch(103, sight(103));
    expect(judgeMedia([one], tick(103, { outage: { fromAt: at(99), toAt: null } }))).toEqual([]);
    expect(judgeMedia([one], tick(103, { startedAt: at(95) }))).toEqual([]);
    expect(judgeMedia([one], tick(103, { lateMs: 301 }))).toEqual([]);
  });

  test.each<[string, Fact[], [number, number | null][]]>([
    ['until it moves', [verdict('media_stopped', 60), verdict('media_back', 115)], [[60, 115]]],
    ['as long as it lasts', [verdict('media_stopped', 60), verdict('media_back', 20)], [[60, null]]],
    ['by what is only told nothing', [verdict('frozen', 60), verdict('media_back', 115)], []],
  ])('[PRES-F12] is unpaid though its page beats: %s', (_title, facts, expected) => {
    const all = [joined(0), proof(0, 120), ...facts];
    for (const told of [all, all.toReversed()]) {
      const [stay] = fold(told);
      const s = (instant: number | null) => (instant === null ? null : (instant - T0) / 1000);
      expect(stay?.unpaid.map(([from, to]) => [s(from), s(to)])).toEqual(expected);
      expect([stay?.state, stay?.gaps]).toEqual(['present', []]);
    }
  });
});
