import { personOfIdentity } from '../presence/index.ts';
import type { CallInterval } from './coverage.ts';
import { lastStay, presenceOf } from './coverage.ts';
import type { CallEvidence, CallMember } from './fold-call.ts';

/** What a call's fold reads of a fact. Instants are epoch ms. */
export interface CallFact {
  readonly type: string;
  readonly occurredAt: number;
  readonly identity: string | null;
  readonly participantSid: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** One way in which a call may have ended. */
export interface CallEnd {
  /** Effective end, epoch ms. */
  readonly at: number;
  /** A person's id, or `system`. */
  readonly by: string;
  readonly reason:
    | 'hung_up'
    | 'next'
    | 'not_matched'
    | 'parted'
    | 'left'
    | 'lost_connection'
    | 'removed'
    | 'unreachable'
    | 'out_of_balance'
    | 'no_answer'
    | 'expired';
}

/** Types of facts that may end a call; the fold reads no others. */
export const ENDING_FACTS: readonly string[] = [
  'bye',
  'hang_up',
  'host_ended',
  'next',
  'not_matched',
  'parted',
  'removed',
  'shut_out',
  'grace_expired',
  'out_of_balance',
  'no_answer',
  'expired',
];

/** Of two ends in the same millisecond the one that a person chose is told. */
const PRECEDENCE: readonly CallEnd['reason'][] = [
  'hung_up',
  'next',
  'not_matched',
  'parted',
  'removed',
  'out_of_balance',
  'left',
  'unreachable',
  'lost_connection',
  'no_answer',
  'expired',
];

/** Whether two people are the whole call: then a hang-up of either is its end. Where somebody is host, others may come. */
export function isOneToOne(people: readonly CallMember[]): boolean {
  return people.length <= 2 && !people.some(({ role }) => role === 'host');
}

/** The earliest effective end that the facts speak of; null while the call goes on. */
export function earliestEnd(evidence: CallEvidence): CallEnd | null {
  const ends = evidence.facts.flatMap((fact) => endOf(fact, evidence) ?? []);
  ends.push(...shutOutEnds(evidence));
  return ends.toSorted(byTime)[0] ?? null;
}

function byTime(a: CallEnd, b: CallEnd): number {
  const order = a.at - b.at || PRECEDENCE.indexOf(a.reason) - PRECEDENCE.indexOf(b.reason);
  return order || (a.by < b.by ? -1 : a.by > b.by ? 1 : 0);
}

function endOf(fact: CallFact, evidence: CallEvidence): CallEnd | null {
  const at = fact.occurredAt;
  switch (fact.type) {
    case 'bye':
      return byeEnd(fact, evidence);
    case 'hang_up':
      return ownEnd(fact, evidence, 'hung_up');
    case 'host_ended':
      return { at, by: personIn(fact) ?? 'system', reason: 'hung_up' };
    case 'next':
      return ownEnd(fact, evidence, 'next');
    case 'not_matched':
      return { at, by: personIn(fact) ?? 'system', reason: 'not_matched' };
    case 'parted':
      // Who blocked whom is not in it: both may read the facts of their call.
      return isOneToOne(evidence.people) ? { at, by: 'system', reason: 'parted' } : null;
    case 'removed':
      return { at, by: personIn(fact) ?? 'system', reason: 'removed' };
    case 'out_of_balance':
      return { at, by: 'system', reason: 'out_of_balance' };
    case 'grace_expired':
      return graceEnd(fact, evidence);
    case 'no_answer':
    case 'expired':
      return { at, by: 'system', reason: fact.type };
    default:
      return null;
  }
}

/** So often may somebody be sent out of the room because we do not hear them; the next time is the end. */
const SHUT_OUT_MAX = 3;

/** Whoever is shut out again and again talks on without a meter, or has no line to talk on: of two, the call is over. */
function shutOutEnds({ facts, people }: CallEvidence): CallEnd[] {
  // In a group the others have no part in it.
  if (!isOneToOne(people)) return [];
  return people.flatMap(({ personId }): CallEnd[] => {
    const of = facts.filter(
      ({ type, identity }) => type === 'shut_out' && personOfIdentity(identity ?? '') === personId,
    );
    const times = [...new Set(of.map(({ participantSid, occurredAt }) => `${occurredAt} ${participantSid}`))];
    const at = times.map((time) => Number.parseInt(time, 10)).toSorted((a, b) => a - b)[SHUT_OUT_MAX - 1];
    return at === undefined ? [] : [{ at, by: 'system', reason: 'unreachable' }];
  });
}

/** The hang-up button. A word of a device that another one of the same person has replaced ends nothing. */
function byeEnd(fact: CallFact, { people, intervals }: CallEvidence): CallEnd | null {
  const own = intervals.find((each) => each.participantSid === fact.participantSid);
  // Whoever speaks for the sid of somebody else hangs up for nobody.
  if (own !== undefined && fact.identity !== null && personOfIdentity(fact.identity) !== own.personId)
    return null;
  const personId = personIn(fact) ?? own?.personId ?? personOfIdentity(fact.identity ?? '');
  if (!isOneToOne(people) || !people.some((each) => each.personId === personId)) return null;
  const replaced =
    own !== undefined &&
    intervals.some(
      (each) =>
        each.personId === personId &&
        each.state !== 'aborted' &&
        each.joinedAt > own.joinedAt &&
        each.joinedAt <= fact.occurredAt,
    );
  return replaced ? null : { at: fact.occurredAt, by: personId ?? 'system', reason: 'hung_up' };
}

/** A button: hang up, or next. */
function ownEnd(fact: CallFact, { people }: CallEvidence, reason: 'hung_up' | 'next'): CallEnd | null {
  const personId = personIn(fact);
  if (!isOneToOne(people) || !people.some((each) => each.personId === personId)) return null;
  return { at: fact.occurredAt, by: personId ?? 'system', reason };
}

/**
 * The verdict that a person did not come back in time. It was carried out when it was made (the room is gone), so
 * it stands whatever comes later; later facts only correct the effective end. The call ended when the person was
 * last there, or, if it turns out that they were there (or back in time) when it was made, at that instant.
 */
function graceEnd(fact: CallFact, { call, people, intervals }: CallEvidence): CallEnd | null {
  const personId = personIn(fact);
  if (!people.some((each) => each.personId === personId)) return null;
  const own = intervals.filter((each) => each.personId === personId);
  // Words that come late are judged late: what they tell of may all have passed by then.
  const madeAt = numberIn(fact, 'madeAt') ?? fact.occurredAt;
  const graceMs = numberIn(fact, 'graceMs') ?? call.graceMs;
  const stay = lastStay(own, lastInTime(own, fact.occurredAt, graceMs));
  if (!stay || stay.endedAt >= madeAt) return { at: madeAt, by: 'system', reason: 'lost_connection' };
  const reason = reasonOfLeave(stay.leftReason);
  return { at: stay.endedAt, by: reason === 'left' ? (personId ?? 'system') : 'system', reason };
}

/** Just after the beginning of the last stay that goes on, each within the grace, from what was there at `at`. */
function lastInTime(own: readonly CallInterval[], at: number, graceMs: number): number {
  let beforeAt = at;
  let awayAt = -Infinity;
  for (const [fromAt, toAt] of presenceOf(own)) {
    if (fromAt >= at && fromAt > awayAt + graceMs) break;
    beforeAt = Math.max(at, fromAt + 1);
    awayAt = toAt;
  }
  return beforeAt;
}

/** What a leave that ended the call is called: by the will of the person, by somebody else's, or by nobody's. */
export function reasonOfLeave(leftReason: string | null): 'left' | 'removed' | 'lost_connection' {
  switch (leftReason) {
    case 'bye':
    case 'page_left':
      return 'left';
    case 'removed':
    case 'room_deleted':
      return 'removed';
    default:
      return 'lost_connection';
  }
}

function personIn(fact: CallFact): string | null {
  const personId = fact.payload['personId'];
  return typeof personId === 'string' ? personId : null;
}

function numberIn(fact: CallFact, name: string): number | null {
  const value = fact.payload[name];
  return typeof value === 'number' ? value : null;
}
