import { describe, expect, it } from 'vitest';
import type { RecordingSeen } from './decide.ts';
import {
  afterBrokenPart,
  decideRecording,
  isRecordingExpired,
  mayAskToRecord,
  RECORDING_ASKED_MS,
  RECORDING_LEAVE_MS,
  refusersOf,
  unansweredOf,
} from './decide.ts';
import { readRange } from './range.ts';

const yes = (...people: string[]): [string, boolean][] => people.map((person) => [person, true]);
const no = (...people: string[]): [string, boolean][] => people.map((person) => [person, false]);
const seen = (answers: [string, boolean][], more: Partial<RecordingSeen> = {}): RecordingSeen => ({
  state: 'asked',
  askedAt: 0,
  now: 1_000,
  answers: new Map(answers),
  present: ['alice', 'dora'],
  callIsOver: false,
  isBegun: more.state === 'recording',
  heldAt: null,
  goesOnAt: null,
  ...more,
});
const three = { present: ['alice', 'dora', 'bob'] };
const ends = (as: string, reason: string) => ({ do: 'end', as, reason });
const records = (...whom: string[]) => ({ do: 'record', whom });

describe('recording', () => {
  it.each<[string, RecordingSeen, object]>([
    ['[REC-1] one of two has said yes', seen(yes('dora')), { do: 'wait' }],
    ['[REC-1] both have', seen(yes('dora', 'alice')), records('alice', 'dora')],
    ['[REC-1] nobody is there', seen(yes('dora'), { present: [] }), { do: 'wait' }],
    ['[REC-1] a stranger is there', seen(yes('dora'), { present: ['dora', null] }), { do: 'wait' }],
    ['[REC-1] who has not answered left', seen(yes('dora'), { present: ['dora'] }), records('dora')],
    ['[REC-2] a no', seen([...yes('dora'), ...no('alice')]), ends('refused', 'said_no')],
    [
      '[REC-2] a yes taken back',
      seen([...yes('dora'), ...no('alice')], { state: 'recording' }),
      ends('stopped', 'said_no'),
    ],
    [
      '[REC-2] a no of somebody who is not there',
      seen([...yes('dora', 'alice'), ...no('bob')], { state: 'recording' }),
      records('alice', 'dora'),
    ],
    [
      '[REC-3] somebody comes later',
      seen(yes('dora', 'alice'), { state: 'recording', present: ['alice', 'dora', 'bob'] }),
      records('alice', 'dora'),
    ],
    [
      '[REC-3] who came later says yes',
      seen(yes('dora', 'alice', 'bob'), { state: 'recording', present: ['alice', 'dora', 'bob'] }),
      records('alice', 'bob', 'dora'),
    ],
    ...['asked' as const, 'recording' as const].map((state): [string, RecordingSeen, object] => [
      `[REC-16] a no where others are left (${state})`,
      seen([...yes('dora', 'alice'), ...no('bob')], { state, ...three }),
      { do: 'hold' },
    ]),
    [
      '[REC-16] two of three say no',
      seen([...yes('dora'), ...no('alice', 'bob')], three),
      ends('refused', 'said_no'),
    ],
    [
      '[REC-16] held, and who asked has not chosen',
      seen([...yes('dora', 'alice'), ...no('bob')], { ...three, heldAt: 500 }),
      { do: 'wait' },
    ],
    [
      '[REC-16] who said no has left, and who asked has not chosen',
      seen([...yes('dora', 'alice'), ...no('bob')], { heldAt: 500 }),
      { do: 'wait' },
    ],
    [
      '[REC-16] nobody has chosen for two minutes',
      seen([...yes('dora', 'alice'), ...no('bob')], { ...three, heldAt: 500, now: 500 + RECORDING_ASKED_MS }),
      ends('refused', 'said_no'),
    ],
    [
      '[REC-16] nobody has chosen for two minutes what to do with what was recorded before',
      seen([...yes('dora', 'alice'), ...no('bob')], {
        ...three,
        isBegun: true,
        heldAt: 500,
        now: 500 + RECORDING_ASKED_MS,
      }),
      ends('stopped', 'said_no'),
    ],
    [
      '[REC-16] it goes on without who said no, who is still there',
      seen([...yes('dora', 'alice'), ...no('bob')], {
        ...three,
        heldAt: 500,
        goesOnAt: 600,
        now: 600 + RECORDING_LEAVE_MS - 1,
      }),
      { do: 'wait' },
    ],
    [
      '[REC-16] who said no does not leave',
      seen([...yes('dora', 'alice'), ...no('bob')], {
        ...three,
        heldAt: 500,
        goesOnAt: 600,
        now: 600 + RECORDING_LEAVE_MS,
      }),
      ends('refused', 'said_no'),
    ],
    [
      '[REC-16] it goes on without who said no, who has left',
      seen([...yes('dora', 'alice'), ...no('bob')], { heldAt: 500, goesOnAt: 600 }),
      records('alice', 'dora'),
    ],
    [
      '[REC-16] who said no says yes',
      seen(yes('dora', 'alice', 'bob'), { ...three, heldAt: 500 }),
      records('alice', 'bob', 'dora'),
    ],
    [
      '[REC-16] who said no comes back',
      seen([...yes('dora', 'alice'), ...no('bob')], {
        ...three,
        state: 'recording',
        heldAt: 500,
        goesOnAt: 600,
      }),
      { do: 'hold' },
    ],
    ['[REC-5] a moment before', seen(yes('dora'), { now: RECORDING_ASKED_MS - 1 }), { do: 'wait' }],
    [
      '[REC-5] two minutes without an answer',
      seen(yes('dora'), { now: RECORDING_ASKED_MS }),
      ends('refused', 'not_answered'),
    ],
    [
      '[REC-5] asked, and the call ends',
      seen(yes('dora'), { callIsOver: true }),
      ends('refused', 'call_ended'),
    ],
    [
      '[REC-5] recorded, and the call ends',
      seen(yes('dora', 'alice'), { state: 'recording', callIsOver: true, present: [] }),
      ends('stopped', 'call_ended'),
    ],
  ])('%s', (_name, of, step) => {
    expect(decideRecording(of)).toEqual(step);
  });

  it('[REC-3] those present without an answer are asked', () => {
    expect(unansweredOf(['dora', 'bob', 'bob', null, 'alice'], new Map(yes('dora')))).toEqual([
      'bob',
      'alice',
    ]);
  });

  it('[REC-16] those present who said no are named', () => {
    const answers = new Map([...yes('dora'), ...no('bob', 'eve')]);
    expect(refusersOf(['dora', 'bob', 'bob', null], answers)).toEqual(['bob']);
  });

  it.each([
    ['host', true, true],
    ['earner', true, true],
    ['guest', true, false],
    ['payer', true, false],
    ['payer', false, true],
    ['earner', false, true],
    [null, false, false],
    [null, true, false],
  ])('[REC-4] whether %s of a call may ask (a session: %s): %s', (role, isSession, may) => {
    expect(mayAskToRecord(role, isSession)).toBe(may);
  });

  it('[REC-6] a broken part is followed by another, five at most, and never on a full disk', () => {
    expect(afterBrokenPart({ parts: 1, diskIsFull: false })).toBeNull();
    expect(afterBrokenPart({ parts: 4, diskIsFull: false })).toBeNull();
    expect(afterBrokenPart({ parts: 5, diskIsFull: false })).toEqual({
      as: 'failed',
      reason: 'engine_failed',
    });
    expect(afterBrokenPart({ parts: 1, diskIsFull: true })).toEqual({ as: 'stopped', reason: 'disk_full' });
  });

  it.each([
    [undefined, null],
    ['bytes=0-', { from: 0, to: 99 }],
    ['bytes=0-0', { from: 0, to: 0 }],
    ['bytes=10-19', { from: 10, to: 19 }],
    ['bytes=90-500', { from: 90, to: 99 }],
    ['bytes=-10', { from: 90, to: 99 }],
    ['bytes=-500', { from: 0, to: 99 }],
    ['bytes=100-', 'unmet'],
    ['bytes=-0', 'unmet'],
    ['bytes=20-10', null],
    ['bytes=-', null],
    ['bytes=0-1,5-6', null],
    ['lines=1-2', null],
    ['bytes=0x1-2', null],
  ])('[REC-7] %s of 100 bytes is %o', (header, range) => {
    expect(readRange(header, 100)).toEqual(range);
  });

  it('[REC-7] nothing of an empty file can be met', () => {
    expect(readRange('bytes=0-', 0)).toBe('unmet');
    expect(readRange('bytes=-5', 0)).toBe('unmet');
  });

  it('[REC-8] a recording goes when it has been kept long enough', () => {
    expect(isRecordingExpired({ endedAt: 0, now: 99, keepMs: 100 })).toBe(false);
    expect(isRecordingExpired({ endedAt: 0, now: 100, keepMs: 100 })).toBe(true);
  });
});
