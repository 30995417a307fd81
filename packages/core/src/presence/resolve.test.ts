import { describe, expect, test } from 'vitest';
import { totalMs } from '../kernel/spans.ts';
import {
  aborted,
  at,
  fact,
  fold,
  joined,
  left,
  line,
  listed,
  proof,
  roomFinished,
  sdk,
  verdict,
} from './builders.testing.ts';
import type { Fact } from './fact.ts';
import { personOfIdentity } from './fact.ts';
import { isPersonKind, presentSpans } from './interval.ts';

const lines = (facts: readonly Fact[]): string[] => fold(facts).map(line);
const two = { participantSid: 'PA_2' };

describe('the fold', () => {
  test.each<[string, Fact[], string[]]>([
    ['a join is open', [joined(0)], ['0–… open present']],
    ['a left closes its own sid', [joined(0), left(10, 'CLIENT_INITIATED')], ['0–10 page_left left']],
    [
      'a left of another sid closes nothing',
      [joined(0), left(10, 'PARTICIPANT_REMOVED', { participantSid: 'PA_0' })],
      ['0–… open present', '10–10 aborted aborted'],
    ],
  ])('[PRES-R1] %s', (_title, facts, expected) => {
    expect(lines(facts)).toEqual(expected);
  });

  test.each<[string, Fact[], string[]]>([
    [
      "LiveKit's late word of a plain client replaces what lists made us infer",
      [joined(0), listed(20), verdict('left', 20, 'absent'), left(50, 'CLIENT_INITIATED')],
      ['0–50 page_left left'],
    ],
    [
      'the end of the room does not: who was absent by then was not there until then',
      [joined(0), listed(20), verdict('left', 20, 'absent'), roomFinished(50)],
      ['0–20 absent left'],
    ],
    [
      'of one that beats our own verdict stands',
      [joined(0), proof(0, 20), verdict('left', 20, 'lost'), left(50, 'CLIENT_INITIATED')],
      ['0–20 lost left'],
    ],
  ])('[PRES-F13] %s', (_title, facts, expected) => {
    expect(lines(facts)).toEqual(expected);
  });

  test.each<[string, Fact[], string[]]>([
    [
      'a newer sid closes the older one at its own last proof',
      [joined(0), proof(0, 30), joined(40, two)],
      ['0–30 superseded left', '40–… open present'],
    ],
    [
      'a plain one too, at the last list with it',
      [joined(0), listed(20), joined(40, two)],
      ['0–20 superseded left', '40–… open present'],
    ],
    [
      'the end of the room, later, says nothing of the older one',
      [joined(0), joined(100, two), left(160, 'CLIENT_INITIATED', two), roomFinished(200)],
      ['0–0 superseded left', '100–160 page_left left'],
    ],
    [
      'DUPLICATE_IDENTITY 48 s after the media died is capped by the last proof',
      [joined(0), proof(0, 12), left(60, 'DUPLICATE_IDENTITY'), joined(60.2, two)],
      ['0–12 duplicate left', '60.2–… open present'],
    ],
    [
      'the successor may join first',
      [joined(0), joined(20, two), left(20.3, 'DUPLICATE_IDENTITY')],
      ['0–20.3 duplicate left', '20–… open present'],
    ],
  ])('[PRES-R2] %s', (_title, facts, expected) => {
    expect(lines(facts)).toEqual(expected);
    expect(fold(facts)[0]?.supersededBy).toBe('PA_2');
  });

  test('[PRES-R2] a duplicate that joins a day later is no successor', () => {
    const facts = [joined(0), left(20, 'DUPLICATE_IDENTITY'), joined(86_400, two)];
    expect(fold(facts)[0]?.supersededBy).toBeNull();
  });

  test('[PRES-R3] two sids with a short pause between them stay two intervals', () => {
    const facts = [
      joined(0),
      left(10, 'CLIENT_INITIATED'),
      joined(12, two),
      left(30, 'CLIENT_INITIATED', two),
    ];
    expect(lines(facts)).toEqual(['0–10 page_left left', '12–30 page_left left']);
  });

  test.each<[string, Fact[], string[]]>([
    ['left without joined', [left(40, 'CLIENT_INITIATED')], ['40–40 aborted aborted']],
    ['aborted before media was up', [aborted(5)], ['5–5 aborted aborted']],
    ['aborted does end one who did join', [joined(0), aborted(9)], ['0–9 other left']],
    ['left before joined by the clock', [joined(50), left(40, 'CLIENT_INITIATED')], ['50–50 page_left left']],
    ['the end of the room alone joins nobody', [roomFinished(9), verdict('suspected', 3)], []],
  ])('[PRES-R4] %s', (_title, facts, expected) => {
    expect(lines(facts)).toEqual(expected);
  });

  test.each<[string, Fact[], string, [number, number]]>([
    [
      'the detector closes at the last proof',
      [joined(0), proof(0, 30), verdict('left', 30)],
      '0–30 lost left',
      [30, 30],
    ],
    ['room_finished, plain', [joined(0), roomFinished(120)], '0–120 room_finished left', [0, 120.999]],
    [
      'CONNECTION_TIMEOUT: the last proof of the 22 s before',
      [joined(0), proof(0, 30), left(51, 'CONNECTION_TIMEOUT')],
      '0–30 timeout left',
      [30, 31.999],
    ],
    [
      'CONNECTION_TIMEOUT without one: 20 s before',
      [joined(0), left(51, 'CONNECTION_TIMEOUT')],
      '0–31 timeout left',
      [29, 31.999],
    ],
    [
      'CONNECTION_TIMEOUT right after joining is never before it',
      [joined(45), left(51, 'CONNECTION_TIMEOUT')],
      '45–45 timeout left',
      [45, 45],
    ],
    [
      'a clean word is refined by the last proof within its second',
      [joined(0), proof(0, 9.8), left(9, 'PARTICIPANT_REMOVED')],
      '0–9.8 removed left',
      [9, 9.999],
    ],
    [
      'a bye is exact',
      [joined(0), proof(0, 9.8), sdk('bye', 10.02), left(9, 'CLIENT_INITIATED')],
      '0–10.02 bye left',
      [10.02, 10.02],
    ],
    [
      'a bye long after LiveKit has said removed changes nothing',
      [joined(0), proof(0, 9.8), left(9, 'PARTICIPANT_REMOVED'), sdk('bye', 50)],
      '0–9.8 removed left',
      [9, 9.999],
    ],
    [
      'an end inside a gap holds from its beginning',
      [joined(0), proof(0, 30), verdict('unreachable', 30), left(60, 'ROOM_DELETED')],
      '0–30 lost left',
      [30, 60.999],
    ],
    [
      'what the detector infers is called as LiveKit says of the same leaving',
      [joined(0), proof(0, 9.8), left(9, 'CLIENT_INITIATED'), verdict('left', 9.8, 'absent')],
      '0–9.8 page_left left',
      [9.8, 9.8],
    ],
  ])('[PRES-R5] %s', (...[, facts, expected, [min, max]]) => {
    expect(lines(facts)).toEqual([expected]);
    expect(fold(facts)[0]).toMatchObject({ leftAtMin: at(min), leftAtMax: at(max) });
  });

  test.each<[string, Fact[], string]>([
    ['beats that go on', [joined(0), proof(0, 9.8), roomFinished(10), proof(9.8, 30)], '0–… open present'],
    ['beats that the log does not have yet', [joined(0), proof(0, 1), roomFinished(10)], '0–… open present'],
    [
      'beats that have stopped: the detector says it',
      [joined(0), proof(0, 9.8), roomFinished(10), verdict('left', 9.8, 'lost')],
      '0–9.8 lost left',
    ],
  ])('[PRES-R17] room_finished ends nothing of one that beats: %s', (_title, facts, expected) => {
    expect(lines(facts)).toEqual([expected]);
  });

  test('[PRES-R6] a new room sid in the middle of a call leaves both intervals in it', () => {
    const own = { callId: 'call_1', identity: 'person_a' };
    const facts = [
      joined(0, own),
      proof(0, 10, own),
      joined(14, { ...two, ...own, roomSid: 'RM_2' }),
      proof(14, 20, { ...two, ...own, roomSid: 'RM_2' }),
    ];
    expect(fold(facts).map(({ callId, personId, roomSid }) => [callId, personId, roomSid])).toEqual([
      ['call_1', 'person_a', 'RM_1'],
      ['call_1', 'person_a', 'RM_2'],
    ]);
  });

  test('[PRES-R7] a join after the end leaves the closed interval as it was', () => {
    const first = [joined(0), left(10, 'ROOM_DELETED')];
    const again = fold([...first, joined(500, two)]);
    expect(again[0]).toEqual(fold(first)[0]);
    expect(again).toHaveLength(2);
  });

  test.each([
    [{}, 'STANDARD', true],
    [{ kind: 'SIP' }, 'SIP', true],
    [{ kind: 'EGRESS' }, 'EGRESS', false],
    [{ kind: 4 }, 'AGENT', false],
    [{ kind: 0 }, 'STANDARD', true],
    [{ kind: 'AGENT' }, 'AGENT', false],
    [{ permission: { hidden: true } }, 'HIDDEN', false],
    [{ permission: { recorder: true } }, 'RECORDER', false],
  ])('[PRES-R8] %j is of kind %s, a person: %s', (participant, kind, person) => {
    const facts = [
      joined(0, { payload: { participant: { ...participant, state: 'ACTIVE' } } }),
      fact('track_published', 1, { source: 'webhook' }),
    ];
    expect(fold(facts)[0]?.kind).toBe(kind);
    expect(isPersonKind(kind)).toBe(person);
  });

  test('[PRES-R9] a socket that opens, closes or tells of the partner is no presence', () => {
    expect(
      fold([sdk('socket_closed', 3), sdk('partner_disconnected', 4), verdict('unreachable', 2)]),
    ).toEqual([]);
  });

  test('[PRES-R10] what is present never exceeds joined to left, and gaps are taken out once', () => {
    const facts = [
      joined(0),
      proof(0, 10),
      verdict('unreachable', 10),
      verdict('unreachable', 10.2),
      verdict('resumed', 16),
      proof(16, 40),
    ];
    const [interval] = fold(facts);
    if (interval === undefined) throw new Error('no interval');
    expect(line(interval)).toBe('0–… open present gap 10–16');
    expect(totalMs(presentSpans(interval, at(40)))).toBe(34_000);
  });

  test('[PRES-R11] thirty hours over a change to summer time are thirty hours', () => {
    const startAt = Date.UTC(2026, 2, 28, 20);
    const facts = [
      joined(0, { occurredAt: startAt }),
      left(0, 'CLIENT_INITIATED', { occurredAt: startAt + 30 * 3_600_000 }),
    ];
    const [interval] = fold(facts);
    expect((interval?.leftAt ?? 0) - (interval?.joinedAt ?? 0)).toBe(30 * 3_600_000);
  });

  test('[PRES-R11] a LiveKit whose clock is 5 s behind or ahead never gives a negative length', () => {
    for (const skew of [-5, 5]) {
      const facts = [joined(0 + skew), proof(0.4, 2), left(2 + skew, 'CLIENT_INITIATED')];
      const [interval] = fold(facts);
      expect(interval?.leftAt ?? 0).toBeGreaterThanOrEqual(interval?.joinedAt ?? Infinity);
    }
  });

  test('track events are cut to the second, so a known join stays where it is', () => {
    expect(lines([joined(0.5), fact('track_published', 0, { source: 'webhook' })])).toEqual([
      '0.5–… open present',
    ]);
  });

  test('a missed join is repaired by a track, a list or a beat', () => {
    expect(lines([fact('track_published', 3, { source: 'webhook' })])).toEqual(['3–… open present']);
    expect(lines([listed(7)])).toEqual(['7–… open present']);
    expect(lines([proof(5, 6)])).toEqual(['5–… open present']);
  });

  test('an identity names its person only when it is one of ours', () => {
    expect(personOfIdentity('person_1~x7')).toBe('person_1');
    expect(personOfIdentity('person_1')).toBe('person_1');
    expect(personOfIdentity('alice')).toBeNull();
  });
});

describe('verdicts in the fold', () => {
  test.each<[string, string, Fact[], string[]]>([
    ['PRES-F0', 'a bye leaves at once', [joined(0), sdk('bye', 10)], ['0–10 bye left']],
    [
      'PRES-F0',
      'a DUPLICATE_IDENTITY of the older sid leaves the newer one alone',
      [joined(0), joined(5, two), left(5, 'DUPLICATE_IDENTITY')],
      ['0–5 duplicate left', '5–… open present'],
    ],
    [
      'PRES-F1',
      'a page that left is only suspected at first',
      [joined(0), proof(0, 9.5), left(9, 'CLIENT_INITIATED')],
      ['0–9.5 page_left suspected'],
    ],
    [
      'PRES-F1',
      'then unreachable',
      [joined(0), proof(0, 9.5), left(9, 'CLIENT_INITIATED'), verdict('unreachable', 9.5)],
      ['0–9.5 page_left unreachable'],
    ],
    [
      'PRES-F1',
      'then left',
      [
        joined(0),
        proof(0, 9.5),
        left(9, 'CLIENT_INITIATED'),
        verdict('unreachable', 9.5),
        verdict('left', 9.5, 'page_left'),
      ],
      ['0–9.5 page_left left'],
    ],
    [
      'PRES-F1',
      'a reload comes back with a new sid: nothing is left to wait for',
      [joined(0), proof(0, 9.5), left(9, 'CLIENT_INITIATED'), joined(11, two)],
      ['0–9.5 page_left left', '11–… open present'],
    ],
    [
      'PRES-F2',
      'suspected until a newer proof',
      [joined(0), proof(0, 9), verdict('suspected', 9)],
      ['0–… open suspected'],
    ],
    [
      'PRES-F2',
      'and present after it',
      [joined(0), proof(0, 9), verdict('suspected', 9), proof(9, 12)],
      ['0–… open present'],
    ],
    [
      'PRES-F3',
      'unreachable pauses back to the last proof',
      [joined(0), proof(0, 9), verdict('unreachable', 9)],
      ['0–… open unreachable gap 9–…'],
    ],
    [
      'PRES-F3',
      'proof that runs on from it voids the gap',
      [joined(0), proof(0, 9), verdict('unreachable', 9), proof(8, 12)],
      ['0–… open present'],
    ],
    [
      'PRES-F8',
      'resumed ends the gap',
      [joined(0), proof(0, 9), verdict('unreachable', 9), verdict('resumed', 14)],
      ['0–… open present gap 9–14'],
    ],
    [
      'PRES-F8',
      'a proof after the detector said left opens the interval again, with a gap',
      [joined(0), proof(0, 9), verdict('unreachable', 9), verdict('left', 9), proof(26, 30)],
      ['0–… open present gap 9–26'],
    ],
    [
      'PRES-F8',
      'room_finished against live beats ends nothing',
      [joined(0), proof(0, 40), roomFinished(30)],
      ['0–… open present'],
    ],
    [
      'PRES-F9',
      'left by silence holds from the last proof',
      [joined(0), proof(0, 9), verdict('left', 9)],
      ['0–9 lost left'],
    ],
    [
      'PRES-F13',
      'a plain client is there until room_finished',
      [joined(0), roomFinished(600)],
      ['0–600 room_finished left'],
    ],
    [
      'PRES-F13',
      'or until the last list with it',
      [joined(0), listed(50), verdict('left', 50, 'absent')],
      ['0–50 absent left'],
    ],
    [
      'PRES-F13',
      'a newer list brings it back',
      [joined(0), verdict('left', 50, 'absent'), listed(60)],
      ['0–… open present'],
    ],
    [
      'PRES-F13',
      'and leaves without any waiting',
      [joined(0), left(9, 'CLIENT_INITIATED')],
      ['0–9 page_left left'],
    ],
  ])('[%s] %s', (...[, , facts, expected]) => {
    expect(lines(facts)).toEqual(expected);
  });
});
