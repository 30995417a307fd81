import type { CallsQuery } from '@latido/protocol';
import type { DbOrTx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { Viewer } from './open-call.ts';
import { seesAll } from './open-call.ts';
import type { CallRow } from './store.ts';
import { selectCalls } from './store.ts';

/** A page of calls. */
export interface CallPage {
  readonly rows: CallRow[];
  readonly nextCursor: string | null;
}

/**
 * The calls that somebody may see, the newest first.
 *
 * @throws cursor.invalid
 */
export async function listCalls(db: DbOrTx, viewer: Viewer, query: CallsQuery): Promise<CallPage> {
  const rows = await selectCalls(db, {
    personId: seesAll(viewer) ? undefined : viewer.personId,
    roomName: query.room,
    status: query.status,
    beforeId: query.cursor === undefined ? undefined : readCursor(query.cursor),
    limit: query.limit + 1,
  });
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > shown.length && last ? Buffer.from(last.id).toString('base64url') : null;
  return { rows: shown, nextCursor };
}

function readCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!/^call_[0-9a-z]+$/.test(id))
    throw problem('cursor.invalid', 'Take the cursor from nextCursor, as it is.');
  return id;
}
