import type { InboxItem } from '@latido/protocol';
import type { Clock, DbOrTx } from '../platform/index.ts';
import { problem, systemClock } from '../platform/index.ts';
import type { Cursor } from './cursor.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { newEpoch } from './notify.ts';
import { headOf, oldestSeq, rowsAfter, stampAcked, stampDelivered, type InboxRow } from './store.ts';

/** Notices that one read gives at most unless asked otherwise. */
export const READ_LIMIT = 100;

export interface InboxDeps {
  readonly db: DbOrTx;
  readonly clock?: Pick<Clock, 'now'>;
}

/**
 * Where reading begins: a cursor, `start` = all that is kept, `stored` = what the person has not acknowledged, `now` =
 * only what comes.
 */
export type From = Cursor | 'start' | 'stored' | 'now';

/** A stretch of an inbox. */
export interface InboxPage {
  readonly rows: readonly InboxRow[];
  /** Where the next read goes on. */
  readonly cursor: Cursor;
  /** There may be more after it: the read was as long as it may be. */
  readonly isFull?: boolean;
  /** Something between the given cursor and `cursor` may be missing. */
  readonly reset: boolean;
}

/**
 * Reads on from a cursor. A cursor that cannot be continued gives no rows, the head, and `reset`: never a silent gap.
 * `stored` gives what is kept all the same, and `reset` when something before it was forgotten unseen.
 */
export async function readInbox(
  db: DbOrTx,
  recipientId: string,
  { from, limit = READ_LIMIT }: { from: From; limit?: number },
): Promise<InboxPage> {
  const head = await headOf(db, recipientId, newEpoch());
  const at = (seq: bigint): Cursor => ({ epoch: head.epoch, seq });
  if (from === 'now') return { rows: [], cursor: at(head.seq), reset: false };
  const named = typeof from === 'object' ? from : null;
  const after = named?.seq ?? (from === 'stored' ? head.acked_seq : 0n);
  const foreign = named !== null && (named.epoch !== head.epoch || named.seq > head.seq);
  if (foreign) return { rows: [], cursor: at(head.seq), reset: true };
  if (after >= head.seq) return { rows: [], cursor: at(after), reset: false };
  const stored = await rowsAfter(db, recipientId, { after, limit });
  const rows = stored.filter(({ withdrawn }) => !withdrawn);
  const isFull = stored.length === limit;
  const next = at(stored.at(-1)?.seq ?? head.seq);
  const trimmed = stored[0]?.seq !== after + 1n && (await oldestSeq(db, recipientId)) !== after + 1n;
  if (!trimmed || from === 'start') return { rows, cursor: next, isFull, reset: false };
  // Who named no place has seen none of what is kept; who named one reads the state of the world anew.
  return from === 'stored'
    ? { rows, cursor: next, isFull, reset: true }
    : { rows: [], cursor: at(head.seq), reset: true };
}

/** Notes that notices were handed out by some door; that they were read or dealt with is another thing. */
export async function markDelivered(
  { db, clock = systemClock }: InboxDeps,
  recipientId: string,
  seqs: readonly bigint[],
): Promise<void> {
  if (seqs.length > 0) await stampDelivered(db, recipientId, { seqs, at: new Date(clock.now()) });
}

/** Notes that the person has dealt with everything up to a cursor. One of another numbering changes nothing. */
export async function acknowledge(
  { db, clock = systemClock }: InboxDeps,
  recipientId: string,
  cursor: Cursor,
): Promise<void> {
  const head = await headOf(db, recipientId, newEpoch());
  if (head.epoch !== cursor.epoch || cursor.seq <= head.acked_seq) return;
  await stampAcked(db, recipientId, { upTo: cursor.seq, at: new Date(clock.now()) });
}

/**
 * Where a client that gave this `after` goes on: nothing is what it has not acknowledged, `0` is before everything.
 *
 * @throws AppError `cursor.invalid`
 */
export function fromAfter(after: string | undefined): From {
  // 0 is before everything, as it is for whoever counts.
  const from = after === '0' ? 'start' : after ? parseCursor(after) : 'stored';
  if (from !== null) return from;
  throw problem('cursor.invalid', `"${after}" is no cursor: give back the one you were given.`);
}

/** What a poll is answered with. */
export interface Updates {
  readonly items: InboxItem[];
  readonly cursor: string;
  readonly reset?: true;
}

/** A stretch of an inbox as a poll gives it; what is in it counts as delivered by that. */
export async function updatesFrom(
  deps: InboxDeps,
  recipientId: string,
  of: { from: From; limit?: number | undefined },
): Promise<Updates> {
  const page = await readInbox(deps.db, recipientId, { from: of.from, limit: of.limit ?? READ_LIMIT });
  await markDelivered(
    deps,
    recipientId,
    page.rows.map(({ seq }) => seq),
  );
  return {
    items: page.rows.map(({ seq, type, payload, created_at, read_at }) => ({
      cursor: formatCursor({ epoch: page.cursor.epoch, seq }),
      type,
      payload,
      createdAt: created_at.toISOString(),
      readAt: read_at?.toISOString() ?? null,
    })),
    cursor: formatCursor(page.cursor),
    ...(page.reset ? { reset: true as const } : {}),
  };
}

/**
 * The polling door: what came after `after` (`0`: all that is kept), or what is not acknowledged. Giving a cursor
 * acknowledges what is before it.
 *
 * @throws AppError `cursor.invalid`
 */
export async function statusUpdates(
  deps: InboxDeps,
  of: { recipientId: string; after?: string | undefined; limit?: number | undefined },
): Promise<Updates> {
  const from = fromAfter(of.after);
  if (typeof from === 'object') await acknowledge(deps, of.recipientId, from);
  return await updatesFrom(deps, of.recipientId, { from, limit: of.limit });
}
