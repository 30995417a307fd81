import { z } from 'zod';
import { problem } from '../platform/index.ts';

/** Where a list by time goes on: an instant, and what tells apart those of one instant. */
const Place = z.tuple([z.number().int().min(-8.64e15).max(8.64e15), z.string().max(256)]);
type Place = z.infer<typeof Place>;

/** Writes a place as a cursor. */
export function writeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/**
 * Reads a cursor back; undefined where none was given.
 *
 * @throws cursor.invalid
 */
export function readCursor(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const read = Place.safeParse(parsed(Buffer.from(cursor, 'base64url').toString()));
  if (!read.success) throw problem('cursor.invalid', 'Take the cursor from nextCursor, as it is.');
  return read.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
