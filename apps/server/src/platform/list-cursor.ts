import type { z } from 'zod';
import { problem } from './errors.ts';

/** Writes the place where a list goes on as a cursor: opaque to clients, who give back what they were given. */
export function writeCursor(place: string | readonly unknown[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/**
 * Reads a cursor back; undefined where none was given. Anybody can write one, so `place` says what may stand in it.
 *
 * @throws cursor.invalid
 */
export function readCursor<T>(cursor: string | undefined, place: z.ZodType<T>): T | undefined {
  if (cursor === undefined) return undefined;
  const read = place.safeParse(parsed(Buffer.from(cursor, 'base64url').toString()));
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
