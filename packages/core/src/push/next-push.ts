import { pushKind } from './push-kind.ts';

/** A notice that a device was not told of. Instants are epoch ms. */
export interface PendingNotice {
  readonly seq: bigint;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  /** When a door handed it out; null where none did. */
  readonly deliveredAt: number | null;
  /** How long its sender has it stay unacknowledged; null: as long as any. */
  readonly afterMs: number | null;
  /** Read, acknowledged, taken back, or muted for devices. */
  readonly isSettled: boolean;
}

/** What to do next for one device; everything up to `doneSeq` is done with. */
export type PushStep =
  | { readonly kind: 'rest'; readonly doneSeq: bigint }
  | { readonly kind: 'wait'; readonly doneSeq: bigint; readonly until: number }
  /** Send this one; after it `upTo` is done. */
  | {
      readonly kind: 'one';
      readonly doneSeq: bigint;
      readonly upTo: bigint;
      readonly notice: PendingNotice;
    }
  /** So many at once: say how many. */
  | { readonly kind: 'many'; readonly doneSeq: bigint; readonly upTo: bigint; readonly count: number };

/** An open door hands a notice out at once: what lies here for so long, lies behind a closed one. */
const DOOR_IS_SHUT_MS = 1_000;
/** More than these at once are one push. */
const SINGLE_MOST = 10;

/** What goes to a device next, of the notices behind its done one, in order. `head` is where the inbox ends. */
export function nextPush(of: {
  readonly pending: readonly PendingNotice[];
  /** Up to where the device is done. */
  readonly doneSeq: bigint;
  /** The number of the last notice that was looked at, whether it is still kept or not. */
  readonly head: bigint;
  readonly now: number;
  /** How long a notice that was handed out may stay unacknowledged. */
  readonly afterMs: number;
}): PushStep {
  const due: PendingNotice[] = [];
  let done = of.doneSeq;
  for (const { notice, until } of waiting(of)) {
    if (until === null) {
      if (due.length === 0) done = notice.seq;
      continue;
    }
    if (of.now < until) return due.length > 0 ? send(due, done) : { kind: 'wait', doneSeq: done, until };
    due.push(notice);
  }
  return due.length > 0 ? send(due, done) : { kind: 'rest', doneSeq: of.head };
}

/**
 * Until when each notice waits (epoch ms); null for those that need no push any more. A sender may have theirs wait for a day, and
 * what is behind it may ring: it waits no longer than that does, as the order is kept.
 */
function waiting(of: {
  readonly pending: readonly PendingNotice[];
  readonly now: number;
  readonly afterMs: number;
}): { notice: PendingNotice; until: number | null }[] {
  let behind = Infinity;
  return of.pending
    .toReversed()
    .map((notice) => {
      if (notice.isSettled || !isOfUse(notice, of.now)) return { notice, until: null };
      const own = notice.createdAt + waitMs(notice, notice.afterMs ?? of.afterMs);
      const until = notice.afterMs === null ? own : Math.min(own, behind);
      behind = Math.min(behind, until);
      return { notice, until };
    })
    .toReversed();
}

function isOfUse({ type, payload, createdAt, afterMs }: PendingNotice, now: number): boolean {
  return now - createdAt - (afterMs ?? 0) < pushKind(type, payload).ttlS * 1_000;
}

function waitMs({ deliveredAt }: PendingNotice, afterMs: number): number {
  return deliveredAt === null ? Math.min(DOOR_IS_SHUT_MS, afterMs) : afterMs;
}

function send(due: readonly PendingNotice[], doneSeq: bigint): PushStep {
  const [first] = due;
  const last = due.at(-1);
  if (first === undefined || last === undefined) return { kind: 'rest', doneSeq };
  if (due.length <= SINGLE_MOST) return { kind: 'one', doneSeq, upTo: first.seq, notice: first };
  return { kind: 'many', doneSeq, upTo: last.seq, count: due.length };
}
