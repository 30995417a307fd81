import type { InboxCount, InboxReadRequest } from '@latido/protocol';
import { problem } from '../platform/index.ts';
import { parseCursor, type Cursor } from './cursor.ts';
import { newEpoch } from './notify.ts';
import type { InboxDeps } from './read-inbox.ts';
import { countUnread, headOf, stampRead } from './store.ts';

/**
 * Marks notices as read. Cursors of another numbering (a database that was set back) name nothing here and change
 * nothing.
 *
 * @throws AppError `cursor.invalid` when one is none at all: nothing is marked then
 */
export async function markRead(
  { db, clock }: Required<InboxDeps>,
  recipientId: string,
  { upTo, ids = [] }: InboxReadRequest,
): Promise<InboxCount> {
  const until = upTo === undefined ? null : cursorIn(upTo);
  const single = ids.map(cursorIn);
  const { epoch } = await headOf(db, recipientId, newEpoch());
  await stampRead(db, recipientId, {
    upTo: until?.epoch === epoch ? until.seq : 0n,
    seqs: single.filter((cursor) => cursor.epoch === epoch).map(({ seq }) => seq),
    at: new Date(clock.now()),
  });
  return { unread: await countUnread(db, recipientId) };
}

function cursorIn(text: string): Cursor {
  const cursor = parseCursor(text);
  if (cursor) return cursor;
  throw problem('cursor.invalid', `"${text}" is no cursor: each notice has its own, and an answer the last.`);
}
