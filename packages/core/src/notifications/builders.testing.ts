import type { NoticeInterval } from './absences.ts';
import type { NoticeCall, Told } from './notices-for.ts';

const T0 = Date.UTC(2026, 0, 5, 10);
export const at = (s: number): number => T0 + s * 1000;
export const iso = (s: number): string => new Date(at(s)).toISOString();

export const people = [
  { personId: 'person_alice', name: 'Alice', role: 'payer' },
  { personId: 'person_bob', name: 'Bob', role: 'earner' },
];

export function call(more: Partial<NoticeCall> = {}): NoticeCall {
  const open = {
    status: 'live',
    called: null,
    createdBy: 'person_alice',
    startedAt: null,
    endedAt: null,
    endedBy: null,
    endReason: null,
    graceUntil: null,
    settled: false,
  };
  return { callId: 'call_1', roomName: 'blue', ...open, ...more };
}

export const endedCall = (s: number, endReason: NoticeCall['endReason'], endedBy = 'system'): NoticeCall =>
  call({ status: 'ended', endedAt: at(s), endedBy, endReason });

/** A call that Alice made to Bob, and that is over. */
export const rung = (s: number, endReason: NoticeCall['endReason'], endedBy = 'system'): NoticeCall => ({
  ...endedCall(s, endReason, endedBy),
  called: 'person_bob',
});

export function stay(who: string, from: number, more: Partial<NoticeInterval> = {}): NoticeInterval {
  return {
    participantSid: `PA_${who}_${from}`,
    personId: `person_${who}`,
    joinedAt: at(from),
    leftAt: null,
    leftReason: null,
    state: 'present',
    gaps: [],
    outageAt: [],
    closedAt: [],
    ...more,
  };
}

export const gone = (who: string, [from, to]: [number, number], why: string): NoticeInterval => {
  const [leftReason = '', state = 'left'] = why.split(' ');
  return stay(who, from, { leftAt: at(to), leftReason, state });
};

export const silent = (from: number, since: number, back: number | null = null): NoticeInterval =>
  stay('alice', from, {
    state: back === null ? 'unreachable' : 'present',
    gaps: [[at(since), back === null ? null : at(back)]],
  });

export const bob = stay('bob', 1);

/** What a notice says, whatever its type. */
export const saidIn = ({ payload }: Told): Readonly<Record<string, unknown>> => ({ ...payload });
