import { createHash } from 'node:crypto';
import type { NoticeReceipt } from '@latido/protocol';
import { newId, type Clock, type Db } from '../platform/index.ts';
import { formatCursor } from './cursor.ts';
import { insertNotices } from './insert-notices.ts';
import { keepSentToNobody, receiptsOf, wasSentToNobody, withdraw } from './sent-store.ts';

/** Inboxes that are written in one transaction: whoever tells one of these people something waits no longer than that. */
const INBOXES_A_TRANSACTION = 500;

/** What a team's backend has to tell. */
export interface Telling {
  readonly senderId: string;
  readonly recipientIds: readonly string[];
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Told once under this key of the sender's. */
  readonly dedupKey?: string | undefined;
  /** How long it may stay unacknowledged before devices are told. */
  readonly pushAfterMs?: number | undefined;
}

/**
 * Puts a notice of a team's own into inboxes, in slices. Sent again under its key, also after it broke in the middle, it is told to
 * those who have it not.
 */
export async function tellAll(
  { db, clock }: { db: Db; clock: Pick<Clock, 'now'> },
  { senderId, recipientIds, dedupKey, ...notice }: Telling,
): Promise<{ id: string; told: string[] }> {
  const id = dedupKey === undefined ? newId('notice') : idFor(senderId, dedupKey);
  const recipients = [...new Set(recipientIds)].sort();
  const told: string[] = [];
  if (recipients.length === 0) await keepSentToNobody(db, keyOf(id), new Date(clock.now()));
  for (let from = 0; from < recipients.length; from += INBOXES_A_TRANSACTION) {
    const slice = recipients.slice(from, from + INBOXES_A_TRANSACTION);
    const entries = slice.map((recipientId) => ({ recipientId, dedupKey: keyOf(id), ...notice }));
    const isNew = await db.transaction().execute((tx) => insertNotices(tx, entries, new Date(clock.now())));
    told.push(...slice.filter((_recipient, place) => isNew.has(place)));
  }
  return { id, told };
}

/** Who has a notice, and what became of it there; in the order of their ids, after one of them. */
export async function receipts(
  db: Db,
  id: string,
  { after = '', limit }: { after?: string | undefined; limit: number },
): Promise<NoticeReceipt[]> {
  const rows = await receiptsOf(db, keyOf(id), { after, limit });
  return rows.map(({ recipient_id, delivered_at, read_at, acked_at, withdrawn_at }) => ({
    personId: recipient_id,
    deliveredAt: delivered_at?.toISOString() ?? null,
    readAt: read_at?.toISOString() ?? null,
    acknowledgedAt: acked_at?.toISOString() ?? null,
    withdrawnAt: withdrawn_at?.toISOString() ?? null,
  }));
}

/** Takes a notice back where it was not read. Gives from whom, with the cursor that it had there, and who had read it. */
export async function takeBack(
  { db, clock }: { db: Db; clock: Pick<Clock, 'now'> },
  id: string,
): Promise<{ withdrawn: { recipientId: string; cursor: string }[]; read: number }> {
  const { gone, read } = await withdraw(db, keyOf(id), new Date(clock.now()));
  const withdrawn = gone.map(({ recipient_id, epoch, seq }) => ({
    recipientId: recipient_id,
    cursor: formatCursor({ epoch, seq }),
  }));
  return { withdrawn, read };
}

/** Whether there is a notice that stands in no inbox, as nobody was meant by it. */
export const isToNobody = (db: Db, id: string): Promise<boolean> => wasSentToNobody(db, keyOf(id));

const keyOf = (id: string): string => `sent:${id}`;

/** The same for one key of one sender; another sender's key is another notice. */
function idFor(senderId: string, dedupKey: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([senderId, dedupKey]))
    .digest('hex');
  return `notice_${hash.slice(0, 26)}`;
}
