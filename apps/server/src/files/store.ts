import type { Readable } from 'node:stream';
import { problem } from '../platform/index.ts';

/** Bytes of a file, both ends with it. */
export interface ByteSpan {
  readonly from: number;
  readonly to: number;
}

/** A file that was written. */
export interface Stored {
  readonly bytes: number;
}

/**
 * Where files lie: a folder, or a bucket that speaks S3. Keys are made by the server (`chat/file_01…`), never by a caller; each is
 * written by one writer, once.
 */
export interface FileStore {
  readonly kind: 'folder' | 's3';
  /** Writes a file whole and durably, or nothing at all. What `body` throws comes out as it is. @throws file.store_full, file.store_unavailable */
  put(key: string, body: AsyncIterable<Uint8Array>): Promise<Stored>;
  /** Bytes of a file; null where there is none. @throws file.store_unavailable */
  size(key: string): Promise<number | null>;
  /** A part of a file that is there. @throws file.store_unavailable */
  read(key: string, span: ByteSpan): Promise<Readable>;
  /** Removes a file and what was left of writing it; none is none. @throws file.store_unavailable */
  remove(key: string): Promise<void>;
}

/** The key, where it is one. */
export function keyOf(key: string): string {
  if (key.length > 200 || !/^[\w-]+(\/[\w-]+)*(\.[a-z0-9]+)?$/i.test(key))
    throw new Error('this is no key of a file');
  return key;
}

/** The store cannot be asked now. */
export function storeIsAway(cause: unknown): Error {
  return withCause(
    problem('file.store_unavailable', 'Files cannot be stored or read now. Try again in a moment.'),
    cause,
  );
}

/** The store takes nothing more. */
export function storeIsFull(cause: unknown): Error {
  return withCause(
    problem('file.store_full', 'There is no room for this file: the disk of the server is full.'),
    cause,
  );
}

function withCause(error: Error, cause: unknown): Error {
  error.cause = cause;
  return error;
}
