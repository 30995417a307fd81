import { blocksAmong } from '../access/index.ts';
import { seesAll, type Viewer } from '../calls/index.ts';
import type { DbOrTx } from '../platform/index.ts';

/** Whom this reader does not read (CHAT-6). */
export async function unread(db: DbOrTx, reader: Viewer): Promise<readonly string[]> {
  if (seesAll(reader)) return [];
  return (await blocksAmong(db, [reader.personId])).get(reader.personId) ?? [];
}
