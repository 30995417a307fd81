import type { CallsQuery } from '@latido/protocol';
import { z } from 'zod';
import type { DbOrTx } from '../platform/index.ts';
import { readCursor, writeCursor } from '../platform/index.ts';
import type { Viewer } from './open-call.ts';
import { seesAll } from './open-call.ts';
import type { CallRow } from './store.ts';
import { selectCalls } from './store.ts';

const CallId = z.string().regex(/^call_[0-9a-z]+$/);

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
    personId: seesAll(viewer) && query.mine !== true ? undefined : viewer.personId,
    roomName: query.room,
    status: query.status,
    met: query.met,
    beforeId: readCursor(query.cursor, CallId),
    limit: query.limit + 1,
  });
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > shown.length && last ? writeCursor(last.id) : null;
  return { rows: shown, nextCursor };
}
