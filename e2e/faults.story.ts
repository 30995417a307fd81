import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { booksBalance, callIs, callOf, chargesOf, meet } from './support/call.ts';
import { framesPlay } from './support/browser.ts';
import { setStage, type Stage } from './support/stage.ts';
import { oneStore, stores } from './support/store.ts';
import { timed, until } from './support/until.ts';
import { nothingHeld } from './support/wallet.ts';

interface IntervalAnswer {
  readonly participantSid: string;
  readonly identity: string;
  readonly joinedAt: string;
  readonly leftAt: string | null;
}

const intervalsOf = async (stage: Stage, callId: string): Promise<IntervalAnswer[]> =>
  (await stage.alice.get<{ items: IntervalAnswer[] }>(`/api/v1/calls/${callId}/intervals`)).items;

const openIntervals = async (stage: Stage, callId: string): Promise<IntervalAnswer[]> =>
  (await intervalsOf(stage, callId)).filter((interval) => interval.leftAt === null);

/** From the last proof of a person before a fault to their new stay. */
function gapOf(intervals: IntervalAnswer[], personId: string): number {
  const own = intervals.filter((each) => each.identity === personId);
  const [before, after] = own.toSorted((a, b) => a.joinedAt.localeCompare(b.joinedAt));
  return Date.parse(after?.joinedAt ?? '') - Date.parse(before?.leftAt ?? '');
}

/** A short grace: the stories wait for its end. */
const GRACE = { LATIDO_GRACE_MS: '15000' };

describe.each(stores())('A server that dies on the $name database', (store) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(store, GRACE);
  });
  afterAll(() => stage?.close());

  test('[PRES-R13] the server is killed in mid-call and started again: nothing lost, nothing doubled', async () => {
    const room = 'story-killed-server';
    const meeting = await meet(stage, room);
    try {
      const before = await callIs(stage.alice, room, 'live');
      const sids = (await openIntervals(stage, before.callId))
        .map((interval) => interval.participantSid)
        .sort();
      await stage.latido.kill();
      await timed('the server is back', () => stage.latido.start());
      const after = await callIs(stage.alice, room, 'live');
      expect(after.callId).toBe(before.callId);
      expect(after.startedAt).toBe(before.startedAt);
      await until(
        'the meter to go on',
        async () => (await callOf(stage.alice, room)).billableMs > after.billableMs + 3_000,
      );
      expect(
        (await openIntervals(stage, before.callId)).map((interval) => interval.participantSid).sort(),
      ).toEqual(sids);

      await until(
        'the first unit',
        async () => (await chargesOf(stage.alice, before.callId)).length === 1,
        90_000,
      );
      await meeting.alice.page.getByTestId('hang-up').click();
      const ended = await callIs(stage.alice, room, 'ended');
      expect(ended).toMatchObject({ endReason: 'hung_up', coins: 10 });
      expect(await chargesOf(stage.alice, before.callId)).toHaveLength(1);
      expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
    } finally {
      await meeting.close();
    }
  });
});

describe('Faults in mid-call', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(oneStore(), GRACE);
  });
  afterAll(() => stage?.close());

  test('[PRES-F3] Alice’s browser is killed: Bob is told, she pays only to her last proof, the call ends', async () => {
    const room = 'story-killed-browser';
    const meeting = await meet(stage, room);
    try {
      await callIs(stage.bob, room, 'live');
      // For ten seconds after its start the server judges nobody (PRES-F7).
      await until(
        'a server past its start',
        async () => (await callOf(stage.bob, room)).billableMs >= 10_000,
      );
      const killedAt = Date.now();
      await timed('Alice’s browser killed → Bob is told', async () => {
        meeting.alice.kill();
        await meeting.bob.page
          .locator('[data-testid="partner-state"][data-state="partner_reconnecting"]')
          .waitFor();
      });
      const ended = await callIs(stage.bob, room, 'ended');
      expect(ended.endReason).toBe('lost_connection');
      expect(Date.parse(ended.endedAt ?? '')).toBeLessThanOrEqual(killedAt + 1_000);
      await nothingHeld(stage.alice);
      expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
    } finally {
      await meeting.close();
    }
  });

  test('[CALL-6] LiveKit is killed and started again: both are back in the same call, the gap is unpaid', async () => {
    const room = 'story-killed-livekit';
    const meeting = await meet(stage, room);
    try {
      const before = await callIs(stage.alice, room, 'live');
      const sids = new Set(
        (await openIntervals(stage, before.callId)).map((interval) => interval.participantSid),
      );
      await stage.media.kill();
      await timed('LiveKit started again → both see each other with new sids', async () => {
        await stage.media.start();
        await until('both to be back with new sids', async () => {
          const open = await openIntervals(stage, before.callId);
          return open.length === 2 && open.every((interval) => !sids.has(interval.participantSid));
        });
        await Promise.all([
          framesPlay(meeting.alice.page, 'remote-video'),
          framesPlay(meeting.bob.page, 'remote-video'),
        ]);
      });
      const after = await callIs(stage.alice, room, 'live');
      expect(after.callId).toBe(before.callId);
      const gapMs = gapOf(await intervalsOf(stage, before.callId), stage.alice.personId);
      console.log(`    unpaid gap: ${gapMs} ms`);
      expect(gapMs).toBeGreaterThan(0);
      expect(after.billableMs).toBeLessThanOrEqual(Date.now() - Date.parse(after.startedAt ?? '') - gapMs);
    } finally {
      await meeting.close();
    }
    await callIs(stage.alice, room, 'ended');
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  });

  test('[CALL-5] LiveKit is killed and nobody comes back: no call stays active', async () => {
    const room = 'story-nobody-back';
    const meeting = await meet(stage, room);
    await callIs(stage.alice, room, 'live');
    await stage.media.kill();
    meeting.alice.kill();
    meeting.bob.kill();
    await meeting.close();
    const ended = await callIs(stage.alice, room, 'ended');
    expect(ended.endReason).toBe('lost_connection');
    await stage.media.start();
    await until('no open interval', async () => (await openIntervals(stage, ended.callId)).length === 0);
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  });
});
