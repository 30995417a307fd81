import { absorb, noEvidence } from './evidence.ts';
import type { Fact, FactSource } from './fact.ts';
import type { Interval } from './interval.ts';
import { resolve } from './resolve.ts';

/** Seconds since a Monday at ten, as the tables write them. */
export const T0 = Date.UTC(2026, 0, 5, 10);
export const at = (s: number): number => T0 + Math.round(s * 1000);

let count = 0;

export function fact(type: string, s: number, more: Partial<Fact> & { source: FactSource }): Fact {
  count += 1;
  return {
    seq: BigInt(count),
    sourceEventId: `e${count}`,
    roomName: 'room',
    roomSid: 'RM_1',
    participantSid: 'PA_1',
    identity: 'alice',
    callId: null,
    type,
    occurredAt: at(s),
    receivedAt: at(s),
    payload: {},
    ...more,
  };
}

type More = Partial<Fact>;

export const joined = (s: number, more: More = {}): Fact =>
  fact('participant_joined', s, {
    source: 'webhook',
    payload: { participant: { state: 'ACTIVE', name: 'Alice' } },
    ...more,
  });
export const left = (s: number, reason: string, more: More = {}): Fact =>
  fact('participant_left', s, {
    source: 'webhook',
    payload: { participant: { state: 'DISCONNECTED', disconnectReason: reason } },
    ...more,
  });
export const aborted = (s: number, more: More = {}): Fact =>
  fact('participant_connection_aborted', s, {
    source: 'webhook',
    payload: { participant: { state: 'DISCONNECTED', disconnectReason: 'SIGNAL_CLOSE' } },
    ...more,
  });
export const roomFinished = (s: number, more: More = {}): Fact =>
  fact('room_finished', s, { source: 'webhook', participantSid: null, identity: null, ...more });
export const proof = (from: number, to: number, more: More = {}): Fact =>
  fact('proof', to, { source: 'proof', payload: { fromAt: at(from), toAt: at(to), via: 'beat' }, ...more });
export const sdk = (type: string, s: number, more: More = {}): Fact =>
  fact(type, s, { source: 'sdk', ...more });
export const verdict = (
  type: string,
  s: number,
  ...[reason = 'lost', more = {}]: [reason?: string, more?: More]
): Fact => fact(type, s, { source: 'detector', payload: { reason }, ...more });
export const listed = (s: number, more: More = {}): Fact => fact('listed', s, { source: 'poll', ...more });

/** The intervals of one identity in one room, as a follower of the log would reach them. */
export function fold(facts: readonly Fact[]): Interval[] {
  const sids = [...new Set(facts.flatMap((one) => one.participantSid ?? []))].toSorted();
  const evidences = sids.map((sid) =>
    facts
      .filter((one) => one.participantSid === sid || one.type === 'room_finished')
      .reduce((evidence, one) => absorb(evidence, one), noEvidence(sid)),
  );
  return resolve(evidences);
}

/** An interval in a line: `0–9.8 page_left suspected`, with its gaps behind. */
export function line(interval: Interval): string {
  const s = (instant: number | null): string => (instant === null ? '…' : String((instant - T0) / 1000));
  const gaps = interval.gaps.map(([fromAt, toAt]) => ` gap ${s(fromAt)}–${s(toAt)}`).join('');
  return `${s(interval.joinedAt)}–${s(interval.leftAt)} ${interval.leftReason ?? 'open'} ${interval.state}${gaps}`;
}
