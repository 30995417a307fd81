/** For tests only: stays and facts of a call, written short. */
import type { LeftReason } from '../presence/index.ts';
import type { CallEvidence, CallFact, CallInterval, CallReading } from './index.ts';
import { foldCall } from './index.ts';

export const T0 = Date.UTC(2026, 0, 5, 10);
export const s = (seconds: number) => T0 + seconds * 1000;
export const alice = { personId: 'person_alice', role: 'payer' } as const;
export const bob = { personId: 'person_bob', role: 'earner' } as const;
export const dora = { personId: 'person_dora', role: 'guest' } as const;
export const people = [alice, bob];

export type Stay = [
  who: { personId: string },
  from: number,
  to?: number | null,
  reason?: LeftReason | undefined,
  more?: Partial<CallInterval>,
];

export function stay([who, from, to = null, reason, more]: Stay): CallInterval {
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
    named: true,
    outageAt: [],
    closedAt: [],
    ...more,
  };
}

export function fact(
  type: string,
  at: number,
  who?: { personId: string },
  more: Partial<CallFact> = {},
): CallFact {
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

export function evidence(
  stays: Stay[],
  facts: CallFact[] = [],
  of: CallEvidence['people'] = people,
): CallEvidence {
  return {
    call: { createdAt: T0, graceMs: 45_000 },
    people: of,
    intervals: stays.map(stay),
    facts,
  };
}

export function read(
  stays: Stay[],
  facts: CallFact[] = [],
  of: CallEvidence['people'] = people,
): CallReading {
  return foldCall(evidence(stays, facts, of));
}

export const open = { endedAt: null, endedBy: null, endReason: null };
export const ended = (at: number, endedBy: string, endReason: string) => ({
  status: 'ended',
  endedAt: s(at),
  endedBy,
  endReason,
});
