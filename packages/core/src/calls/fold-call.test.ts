import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvidence, CallFact, CallInterval, CallReading } from './index.ts';
import type { LeftReason } from '../presence/index.ts';
import { foldCall, reasonOfLeave } from './index.ts';

const T0 = Date.UTC(2026, 0, 5, 10);
const s = (seconds: number) => T0 + seconds * 1000;
const alice = { personId: 'person_alice', role: 'payer' } as const;
const bob = { personId: 'person_bob', role: 'earner' } as const;
const dora = { personId: 'person_dora', role: 'guest' } as const;
const people = [alice, bob];

type Stay = [
  who: { personId: string },
  from: number,
  to?: number | null,
  reason?: LeftReason | undefined,
  more?: Partial<CallInterval>,
];

function stay([who, from, to = null, reason, more]: Stay): CallInterval {
  const leftAt = to === null ? null : s(to);
  return {
    participantSid: `PA_${who.personId}_${from}`,
    identity: who.personId,
    personId: who.personId,
    joinedAt: s(from),
    leftAt,
    leftReason: leftAt === null ? null : (reason ?? 'page_left'),
    state: leftAt === null ? 'present' : 'left',
    gaps: [],
    ...more,
  };
}

function fact(type: string, at: number, who?: { personId: string }, more: Partial<CallFact> = {}): CallFact {
  const payload = who && type !== 'bye' ? { personId: who.personId } : {};
  return {
    type,
    occurredAt: s(at),
    identity: who?.personId ?? null,
    participantSid: null,
    payload,
    ...more,
  };
}

function evidence(stays: Stay[], facts: CallFact[] = [], of: CallEvidence['people'] = people): CallEvidence {
  return {
    call: { createdAt: T0, graceMs: 45_000 },
    people: of,
    intervals: stays.map(stay),
    facts,
  };
}

function read(stays: Stay[], facts: CallFact[] = [], of: CallEvidence['people'] = people): CallReading {
  return foldCall(evidence(stays, facts, of));
}

const open = { endedAt: null, endedBy: null, endReason: null };
const ended = (at: number, endedBy: string, endReason: string) => ({
  status: 'ended',
  endedAt: s(at),
  endedBy,
  endReason,
});

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

describe('ends of a call', () => {
  const both: Stay[] = [
    [alice, 0],
    [bob, 5],
  ];

  it.each<[string, Stay[], CallFact[], object]>([
    ['bye', both, [fact('bye', 65, alice)], ended(65, alice.personId, 'hung_up')],
    [
      'bye of a second tab, before its join was told',
      both,
      [fact('bye', 65, undefined, { identity: `${alice.personId}~x1` })],
      ended(65, alice.personId, 'hung_up'),
    ],
    ['hang_up', both, [fact('hang_up', 65, bob)], ended(65, bob.personId, 'hung_up')],
    [
      'bye, then the left of the webhook',
      [
        [alice, 0, 64],
        [bob, 5, 66, 'room_deleted'],
      ],
      [fact('bye', 65, alice)],
      ended(65, alice.personId, 'hung_up'),
    ],
    [
      'hang_up before anybody met',
      [[alice, 0]],
      [fact('hang_up', 9, alice)],
      { ...ended(9, alice.personId, 'hung_up'), startedAt: null },
    ],
  ])('[CALL-3] %s', (_title, stays, facts, expected) => {
    expect(read(stays, facts)).toMatchObject(expected);
  });

  it('[CALL-4] the earliest end counts, and ending twice is ending once', () => {
    const facts = [
      fact('hang_up', 70, bob),
      fact('hang_up', 65, alice),
      fact('hang_up', 65, alice),
      fact('bye', 66, alice),
    ];
    expect(read(both, facts)).toMatchObject(ended(65, alice.personId, 'hung_up'));
    const same = [fact('out_of_balance', 65), fact('bye', 65, bob), fact('bye', 65, alice)];
    expect(read(both, same)).toMatchObject(ended(65, alice.personId, 'hung_up'));
  });

  it('[CALL-5] a leave without a hang-up ends nothing by itself, however long it lasts', () => {
    expect(
      read([
        [alice, 0, 60],
        [bob, 5],
      ]),
    ).toMatchObject({ status: 'reconnecting', ...open });
  });

  it('[CALL-6] who comes back in the grace continues the call, also with another sid in another room', () => {
    expect(
      read([
        [alice, 0, 60, 'timeout'],
        [bob, 5],
        [alice, 90],
      ]),
    ).toMatchObject({ status: 'live', graceUntil: null, ...open });
    const crash: Stay[] = [
      [alice, 0, 60, 'lost'],
      [bob, 5, 60, 'lost'],
      [alice, 64],
      [bob, 63],
    ];
    expect(read(crash)).toMatchObject({ status: 'live', startedAt: s(5), ...open });
  });

  it.each<[string, Stay[], object]>([
    [
      'a page that left',
      [
        [alice, 0, 60],
        [bob, 5],
      ],
      ended(60, alice.personId, 'left'),
    ],
    [
      'a lost connection',
      [
        [alice, 0, 60, 'timeout'],
        [bob, 5],
      ],
      ended(60, 'system', 'lost_connection'),
    ],
    [
      'silence that nobody closed',
      [
        [alice, 0, null, undefined, { gaps: [[s(60), null]] }],
        [bob, 5],
      ],
      ended(60, 'system', 'lost_connection'),
    ],
    [
      'silence, closed later',
      [
        [alice, 0, 82, 'timeout', { gaps: [[s(60), null]] }],
        [bob, 5],
      ],
      ended(60, 'system', 'lost_connection'),
    ],
    [
      'somebody removed them',
      [
        [alice, 0, 60, 'removed'],
        [bob, 5],
      ],
      ended(60, 'system', 'removed'),
    ],
    [
      'the media server crashed',
      [
        [alice, 0, 60, 'lost'],
        [bob, 5, 61, 'lost'],
      ],
      ended(60, 'system', 'lost_connection'),
    ],
  ])('[CALL-7] grace over after %s', (_title, stays, expected) => {
    expect(read(stays, [fact('grace_expired', 105, alice)])).toMatchObject(expected);
  });

  it('[CALL-7] a later proof moves the effective end, not the fact of it', () => {
    expect(
      read(
        [
          [alice, 0, 63, 'lost'],
          [bob, 5],
        ],
        [fact('grace_expired', 105, alice)],
      ),
    ).toMatchObject(ended(63, 'system', 'lost_connection'));
  });

  it('[CALL-8] a verdict that was carried out stands, at its own instant, if the person had come back in time', () => {
    const facts = [fact('grace_expired', 105, alice)];
    expect(
      read(
        [
          [alice, 0, 60],
          [bob, 5],
          [alice, 90, 105, 'room_deleted'],
        ],
        facts,
      ),
    ).toMatchObject(ended(105, 'system', 'lost_connection'));
    expect(
      read(
        [
          [alice, 0],
          [bob, 5],
        ],
        facts,
      ),
    ).toMatchObject(ended(105, 'system', 'lost_connection'));
  });

  it('[CALL-9] a word of a device that was replaced ends nothing', () => {
    const stays: Stay[] = [
      [alice, 0, 60, 'duplicate'],
      [bob, 5],
      [alice, 61],
    ];
    const old = fact('bye', 62, alice, { participantSid: 'PA_person_alice_0' });
    expect(read(stays, [old])).toMatchObject({ status: 'live', ...open });
    const current = fact('bye', 62, alice, { participantSid: 'PA_person_alice_61' });
    expect(read(stays, [old, current])).toMatchObject(ended(62, alice.personId, 'hung_up'));
  });

  it('[CALL-10] removal, an empty wallet and a call that nobody joined end at their own instant', () => {
    expect(read(both, [fact('removed', 40, dora)])).toMatchObject(ended(40, dora.personId, 'removed'));
    expect(read(both, [fact('out_of_balance', 80)])).toMatchObject(ended(80, 'system', 'out_of_balance'));
    expect(read([], [fact('expired', 600)])).toMatchObject({
      ...ended(600, 'system', 'expired'),
      startedAt: null,
    });
  });

  it('[CALL-14] in a group a hang-up ends nothing, and the grace runs only once nobody is there', () => {
    const group = [alice, bob, dora];
    const stays: Stay[] = [
      [alice, 0],
      [bob, 5, 30],
      [dora, 6],
    ];
    expect(read(stays, [fact('bye', 30, bob)], group)).toMatchObject({
      status: 'live',
      graceUntil: null,
      ...open,
    });
    const gone: Stay[] = [
      [alice, 0, 50],
      [bob, 5, 30],
      [dora, 6, 40],
    ];
    expect(read(gone, [], group)).toMatchObject({
      status: 'reconnecting',
      graceUntil: s(95),
      graceOf: alice.personId,
    });
  });

  it('[CALL-7] the names of a leave are read as what the partner is told', () => {
    expect(reasonOfLeave('page_left')).toBe('left');
    expect(reasonOfLeave('room_deleted')).toBe('removed');
    expect(reasonOfLeave('duplicate')).toBe('lost_connection');
    expect(reasonOfLeave(null)).toBe('lost_connection');
  });
});

describe('order and repetition', () => {
  const person = fc.constantFrom(alice, bob, dora);
  const aStay = fc
    .tuple(
      person,
      fc.integer({ min: 0, max: 100 }),
      fc.option(fc.integer({ min: 0, max: 60 })),
      fc.constantFrom('page_left', 'lost', 'room_deleted'),
    )
    .map(([who, from, length, reason]): Stay => [who, from, length === null ? null : from + length, reason]);
  const aFact = fc
    .tuple(
      fc.constantFrom('bye', 'hang_up', 'removed', 'grace_expired', 'out_of_balance', 'expired', 'joined'),
      fc.integer({ min: 0, max: 200 }),
      person,
    )
    .map(([type, at, who]) => fact(type, at, who));

  it('[CALL-11] any order and repetition of the same intervals and facts reads the same', () => {
    fc.assert(
      fc.property(
        fc.array(aStay, { maxLength: 6 }),
        fc.array(aFact, { maxLength: 5 }),
        fc.infiniteStream(fc.nat(1000)),
        (stays, facts, dice) => {
          const shuffled = <T>(list: T[]): T[] =>
            [...list, ...list.slice(0, 1)]
              .map((each) => ({ each, key: dice.next().value ?? 0 }))
              .toSorted((a, b) => a.key - b.key)
              .map(({ each }) => each);
          const straight = read(stays, facts);
          expect(foldCall({ ...evidence(shuffled(stays), shuffled(facts)), people: [bob, alice] })).toEqual(
            straight,
          );
          if (straight.startedAt !== null && straight.endedAt !== null)
            expect(straight.startedAt).toBeLessThan(straight.endedAt);
        },
      ),
    );
  });
});
