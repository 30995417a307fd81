import { describe, expect, it } from 'vitest';
import { alice, bob, dora, ended, fact, open, read, s } from './builders.testing.ts';
import type { Stay } from './builders.testing.ts';
import type { CallFact } from './index.ts';
import { reasonOfLeave } from './index.ts';

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

  it('[CALL-25] next ends it as a hang-up does, once, by whoever pressed first', () => {
    const facts = [fact('next', 65, bob), fact('next', 65, bob), fact('hang_up', 66, alice)];
    expect(read(both, facts)).toMatchObject(ended(65, bob.personId, 'next'));
    expect(read(both, [fact('next', 65, dora)])).toMatchObject(open);
  });

  it('[CALL-26] a call that matching made for two who did not come together ends as not_matched', () => {
    const never = { ...ended(5, alice.personId, 'not_matched'), startedAt: null };
    expect(read([], [fact('not_matched', 5, alice)])).toMatchObject(never);
    expect(read([], [fact('not_matched', 5)])).toMatchObject({ ...never, endedBy: 'system' });
  });

  it('[CALL-32] a block ends a call of two at once, by nobody whom it names; a group goes on', () => {
    expect(read(both, [fact('parted', 65)])).toMatchObject(ended(65, 'system', 'parted'));
    expect(read(both, [fact('parted', 65, bob), fact('hang_up', 66, alice)])).toMatchObject(
      ended(65, 'system', 'parted'),
    );
    expect(read([], [fact('parted', 5)])).toMatchObject({ ...ended(5, 'system', 'parted'), startedAt: null });
    const people = [{ ...alice, role: 'guest' } as const, { ...bob, role: 'host' } as const];
    expect(read(both, [fact('parted', 65)], people)).toMatchObject(open);
  });

  it('[CALL-28] the host ends it for all, however many there are', () => {
    expect(read(both, [fact('host_ended', 65, bob)])).toMatchObject(ended(65, bob.personId, 'hung_up'));
  });

  it('[CALL-14] where somebody is host two are a group, too: a hang-up of either ends nothing', () => {
    const people = [{ ...alice, role: 'guest' } as const, { ...bob, role: 'host' } as const];
    const gone: Stay[] = [
      [alice, 0, 65],
      [bob, 5],
    ];
    const facts = [fact('bye', 65, alice), fact('hang_up', 66, alice)];
    expect(read(gone, facts, people)).toMatchObject({ ...open, graceUntil: null });
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

  it.each<[string, Stay[], object]>([
    ['had left for good before', [[alice, 80, 120]], ended(120, alice.personId, 'left')],
    [
      'had come back twice',
      [
        [alice, 80, 120],
        [alice, 130, 140, 'timeout'],
      ],
      ended(140, 'system', 'lost_connection'),
    ],
    ['were there', [[alice, 80]], ended(300, 'system', 'lost_connection')],
    [
      'were there until the room was closed',
      [[alice, 80, 301, 'room_deleted']],
      ended(300, 'system', 'lost_connection'),
    ],
    ['had come back too late', [[alice, 106, 301, 'room_deleted']], ended(60, alice.personId, 'left')],
  ])(
    '[CALL-8] words that came late and say that they %s when the verdict was made',
    (_title, back, expected) => {
      const verdict = fact('grace_expired', 105, alice, {
        payload: { personId: alice.personId, graceMs: 45_000, madeAt: s(300) },
      });
      expect(read([[alice, 0, 60], ...back, [bob, 5]], [verdict])).toMatchObject(expected);
    },
  );

  it('[CALL-7] without any grace a leave is a leave', () => {
    const payload = { personId: alice.personId, graceMs: 0, madeAt: s(60.4) };
    expect(
      read(
        [
          [alice, 0, 60],
          [bob, 5],
        ],
        [fact('grace_expired', 60, alice, { payload })],
      ),
    ).toMatchObject(ended(60, alice.personId, 'left'));
  });

  it('[CALL-5] a room of LiveKit that closes ends no call: in time its people may come back into another', () => {
    const gone: Stay[] = [
      [alice, 0, 60, 'room_finished'],
      [bob, 5, 60, 'room_finished'],
    ];
    expect(read(gone)).toMatchObject({ status: 'reconnecting', graceUntil: s(105), ...open });
    expect(read([...gone, [alice, 90], [bob, 91]])).toMatchObject({ status: 'live', ...open });
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
    const another = fact('bye', 62, bob, { participantSid: 'PA_person_alice_61' });
    expect(
      read(
        [
          [alice, 0, 60],
          [alice, 61],
          [bob, 0],
        ],
        [another],
      ),
    ).toMatchObject({ status: 'live' });
    expect(read(stays, [old, current])).toMatchObject(ended(62, alice.personId, 'hung_up'));
  });

  it('[CALL-22] the third time that one person is shut out ends the call, and nobody else counts for it', () => {
    const out = (at: number, who: { personId: string } = alice): ReturnType<typeof fact> =>
      fact('shut_out', at, who, { participantSid: `PA_${who.personId}_${at}` });
    const twice = [out(20), out(40), out(50, bob), out(40)];
    expect(read(both, twice)).toMatchObject({ status: 'live' });
    expect(read(both, [out(60), ...twice])).toMatchObject(ended(60, 'system', 'unreachable'));
    // Those of a group go on without them.
    const people = [{ ...alice, role: 'guest' } as const, { ...bob, role: 'host' } as const, dora];
    expect(read(both, [out(60), ...twice], people)).toMatchObject(open);
  });

  it('[CALL-10] removal, an empty wallet and a call that nobody joined end at their own instant', () => {
    expect(read(both, [fact('removed', 40, dora)])).toMatchObject(ended(40, dora.personId, 'removed'));
    expect(read(both, [fact('out_of_balance', 80)])).toMatchObject(ended(80, 'system', 'out_of_balance'));
    expect(read([], [fact('expired', 600)])).toMatchObject({
      ...ended(600, 'system', 'expired'),
      startedAt: null,
    });
  });

  it('[CALL-23] a call that nobody answered ended when it had rung out; who gave up before did so', () => {
    const alone: Stay[] = [[alice, 1]];
    const rungOut = fact('no_answer', 45);
    expect(read(alone, [rungOut])).toMatchObject({ ...ended(45, 'system', 'no_answer'), startedAt: null });
    expect(read(alone, [rungOut, fact('hang_up', 45, bob)])).toMatchObject(
      ended(45, bob.personId, 'hung_up'),
    );
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
