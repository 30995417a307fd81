import { NOTICES, type NoticeContent } from '@latido/protocol';
import type { Clock, Hints, Tx } from '../platform/index.ts';
import { chance, systemClock } from '../platform/index.ts';
import { insertNotice, toldKeys } from './store.ts';

/** One message to one recipient: a type of `NOTICES` with the payload that belongs to it. */
export type NewNotice = NoticeContent & {
  readonly recipientId: string;
  /** Told once under this key. */
  readonly dedupKey: string;
  /** Told only if the recipient was told under one of these keys before. */
  readonly onlyAfter?: readonly string[];
};

/** Hint that somebody's inbox has grown; the payload is the recipient's id. */
export const INBOX_HINT = 'inbox';

/** Hint that somebody's unread notices have become fewer; the payload is their id. */
export const INBOX_READ_HINT = 'inbox.read';

/**
 * Puts a notice into its recipient's inbox, in the transaction in which it becomes true. After the commit publish
 * {@link INBOX_HINT} with the recipient's id, or use {@link hintRecipients}.
 *
 * @returns its seq, or null when it had been told before
 * @throws ZodError when the payload is not what `NOTICES` says of the type: nothing is stored then
 */
export async function notify(
  tx: Tx,
  { recipientId, dedupKey, type, payload, onlyAfter }: NewNotice,
  clock: Pick<Clock, 'now'> = systemClock,
): Promise<bigint | null> {
  const at = new Date(clock.now());
  return await insertNotice(tx, {
    recipientId,
    dedupKey,
    type,
    payload: NOTICES[type].payload.parse(payload),
    onlyAfter: onlyAfter ?? null,
    at,
    epoch: newEpoch(),
  });
}

/**
 * Several notices in one transaction: inboxes in the order of their recipients' ids, so that two transactions never
 * wait for each other; the notices of one recipient in the order given.
 *
 * @returns the recipients who were told something new
 */
export async function notifyAll(
  tx: Tx,
  notices: readonly NewNotice[],
  clock?: Pick<Clock, 'now'>,
): Promise<string[]> {
  const told = new Set<string>();
  const news = await untold(tx, notices);
  for (const notice of news.toSorted((a, b) => compare(a.recipientId, b.recipientId))) {
    if ((await notify(tx, notice, clock)) !== null) told.add(notice.recipientId);
  }
  return [...told];
}

/** Wakes whoever serves these people's inboxes. After the commit. */
export function hintRecipients(hints: Pick<Hints, 'publish'>, recipientIds: Iterable<string>): void {
  for (const recipientId of recipientIds) hints.publish(INBOX_HINT, recipientId);
}

/** A name for a numbering that begins now. */
export function newEpoch(): string {
  return chance(10);
}

/**
 * Those of which nothing is in the inboxes yet. Most of what a stage reckons was told long ago: a plain read instead of
 * a lock keeps one proof of life from costing a write per person.
 */
async function untold(tx: Tx, notices: readonly NewNotice[]): Promise<NewNotice[]> {
  if (notices.length === 0) return [];
  const told = await toldKeys(tx, notices);
  return notices.filter(({ recipientId, dedupKey }) => !told.has(`${recipientId} ${dedupKey}`));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
