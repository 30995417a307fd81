import { describe, expect, it } from 'vitest';
import { alice, bob, dora, fact, open, read, s } from './builders.testing.ts';
import type { Stay } from './builders.testing.ts';

describe('states of a call', () => {
  it.each<[string, Stay[], object]>([
    ['nobody', [], { status: 'waiting', startedAt: null, graceUntil: null }],
    ['the payer alone', [[alice, 0]], { status: 'waiting', startedAt: null, graceUntil: null }],
    [
      'both',
      [
        [alice, 0],
        [bob, 5],
      ],
      { status: 'live', startedAt: s(5), graceUntil: null },
    ],
    [
      'one left',
      [
        [alice, 0, 60],
        [bob, 5],
      ],
      { status: 'reconnecting', startedAt: s(5), graceUntil: s(105), graceOf: alice.personId },
    ],
    [
      'one cannot be reached',
      [
        [alice, 0, null, undefined, { state: 'unreachable', gaps: [[s(60), null]] }],
        [bob, 5],
      ],
      { status: 'reconnecting', graceUntil: s(105), graceOf: alice.personId },
    ],
    [
      'one could not be reached for a while',
      [
        [alice, 0, null, undefined, { gaps: [[s(60), s(64)]] }],
        [bob, 5],
      ],
      { status: 'live', graceUntil: null },
    ],
    [
      'one has two devices and leaves with one',
      [
        [alice, 0, 60],
        [alice, 30],
        [bob, 5],
      ],
      { status: 'live', graceUntil: null },
    ],
    [
      'one never got media',
      [
        [alice, 0],
        [bob, 5, 5, 'lost', { state: 'aborted' }],
      ],
      { status: 'waiting', startedAt: null },
    ],
  ])('[CALL-1] %s', (_title, stays, expected) => {
    expect(read(stays)).toMatchObject({ ...open, ...expected });
  });

  it('[CALL-15] a page that left counts as there until the detector has waited for a reload', () => {
    const leaving: Stay[] = [
      [alice, 0, 60, 'page_left', { state: 'suspected' }],
      [bob, 5],
    ];
    expect(read(leaving)).toMatchObject({ status: 'live', graceUntil: null });
    leaving[0] = [alice, 0, 60, 'page_left', { state: 'unreachable' }];
    expect(read(leaving)).toMatchObject({ status: 'reconnecting', graceUntil: s(105) });
  });

  it('[CALL-2] a call starts when its people first meet, not when the first one comes', () => {
    expect(
      read([
        [alice, 0, 10],
        [bob, 20, 30],
        [alice, 25],
      ]),
    ).toMatchObject({ startedAt: s(25) });
    expect(
      read([
        [alice, 0, 10],
        [bob, 10],
      ]),
    ).toMatchObject({ status: 'waiting', startedAt: null });
  });

  it('[CALL-12] who is not of the call neither starts nor ends it', () => {
    expect(
      read([
        [alice, 0],
        [dora, 5],
      ]),
    ).toMatchObject({ status: 'waiting', startedAt: null });
    const facts = [fact('hang_up', 8, dora), fact('bye', 8, dora), fact('grace_expired', 60, dora)];
    expect(
      read(
        [
          [alice, 0],
          [bob, 5],
        ],
        facts,
      ),
    ).toMatchObject({ status: 'live', ...open });
  });

  it('[CALL-13] when all are gone the first to go is awaited; before they met, the last', () => {
    expect(
      read([
        [alice, 0, 61],
        [bob, 5, 60],
      ]),
    ).toMatchObject({ status: 'reconnecting', graceUntil: s(105), graceOf: bob.personId });
    expect(
      read([
        [alice, 0, 20],
        [bob, 30, 40],
      ]),
    ).toMatchObject({ status: 'waiting', graceUntil: s(85), graceOf: bob.personId });
    expect(
      read([
        [alice, 0, 20],
        [bob, 30],
      ]),
    ).toMatchObject({ status: 'waiting', graceUntil: null });
  });
});
