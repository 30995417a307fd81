import { createHash } from 'node:crypto';
import { cleanFileName, judgeFile } from '@latido/core';
import { FILE_BYTES_MAX } from '@latido/protocol';
import { fileTypeFromBuffer } from 'file-type';
import type { Viewer } from '../calls/index.ts';
import { newId, problem } from '../platform/index.ts';
import { circleForWriter } from './circle.ts';
import { eraseFile } from './erase.ts';
import { expectFile, fileArrived, giveUpFile, keyOf, type FileRow } from './files.ts';
import type { ChatDeps } from './ports.ts';
import { isOver } from './say.ts';

/** What most kinds of files say of themselves in, and a little of text. */
const SAMPLE_BYTES = 4_100;

/** A file on its way. */
export interface Arriving {
  readonly callId: string;
  readonly name: string;
  /** The type that its sender says; null where they say none. */
  readonly claimed: string | null;
  /** Bytes, as its sender says; null where they do not. */
  readonly length: number | null;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Takes a file of somebody of the call while it goes on: whole, or not at all (CHAT-11). It is read once, never held in memory as a
 * whole, and judged by its first bytes before the store is asked for room.
 *
 * @throws call.not_found, call.not_yours, call.ended, file.too_large, file.empty, file.too_many, file.type_mismatch, file.broken_off,
 * file.store_full, file.store_unavailable
 */
export async function takeFile(deps: ChatDeps, writer: Viewer, file: Arriving): Promise<FileRow> {
  const { db, clock, store, config } = deps;
  const { callId, length } = file;
  if ((length ?? 0) > FILE_BYTES_MAX) throw tooLarge();
  if (length === 0) throw isEmpty();
  const row = {
    id: newId('file'),
    callId,
    personId: writer.personId,
    name: cleanFileName(file.name),
    bytes: length ?? FILE_BYTES_MAX,
    at: new Date(clock.now()),
  };
  const most = config.files.bytesOfAPerson;
  await db.transaction().execute(async (tx) => {
    const circle = await circleForWriter(tx, callId, writer);
    if (circle.isOver) throw isOver();
    if (!(await expectFile(tx, { row, most }))) throw tooMany(most);
  });
  try {
    const reading = new Reading(file, row.name);
    const { type, rest } = await reading.judge();
    const { bytes } = await store.put(keyOf(row.id), rest);
    const sha256 = reading.hash.digest('hex');
    if (!(await fileArrived(db, { id: row.id, type, bytes, sha256 }))) throw brokenOff();
    return { ...row, type, bytes, sha256, seq: null, removedAt: null };
  } catch (error) {
    await giveUpFile(db, { ...row, at: new Date(clock.now()) });
    await eraseFile(deps, row.id).catch(() => undefined);
    throw error;
  }
}

/** Reads a body once: its beginning to judge it, then all of it, counted and hashed. */
class Reading {
  readonly hash = createHash('sha256');
  readonly #file: Arriving;
  readonly #name: string;
  readonly #chunks: AsyncIterator<Uint8Array>;

  constructor(file: Arriving, name: string) {
    this.#file = file;
    this.#name = name;
    this.#chunks = file.body[Symbol.asyncIterator]();
  }

  /** @throws file.empty, file.type_mismatch */
  async judge(): Promise<{ type: string; rest: AsyncIterable<Uint8Array> }> {
    const held: Uint8Array[] = [];
    let length = 0;
    while (length < SAMPLE_BYTES) {
      const chunk = await this.#next();
      if (chunk === null) break;
      held.push(chunk);
      length += chunk.length;
    }
    if (length === 0) throw isEmpty();
    const sample = Buffer.concat(held).subarray(0, SAMPLE_BYTES);
    const found = (await fileTypeFromBuffer(sample))?.mime ?? null;
    const seen = { name: this.#name, claimed: this.#file.claimed, found, isText: isText(sample) };
    const judged = judgeFile(seen);
    if (!judged) throw lies(seen);
    return { type: judged.type, rest: this.#rest(held) };
  }

  async *#rest(held: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    const take = (chunk: Uint8Array): Uint8Array => {
      bytes += chunk.length;
      if (bytes > FILE_BYTES_MAX) throw tooLarge();
      this.hash.update(chunk);
      return chunk;
    };
    for (const chunk of held) yield take(chunk);
    for (let chunk = await this.#next(); chunk !== null; chunk = await this.#next()) yield take(chunk);
    if (this.#file.length !== null && bytes !== this.#file.length) throw brokenOff();
  }

  async #next(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.#chunks.next();
      return done ? null : value;
    } catch {
      throw brokenOff();
    }
  }
}

function isText(sample: Uint8Array): boolean {
  if (sample.includes(0)) return false;
  try {
    // What follows may end a character that the sample begins.
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function tooLarge(): Error {
  return problem('file.too_large', `A file has at most ${FILE_BYTES_MAX / 1024 / 1024} MB.`);
}

function isEmpty(): Error {
  return problem('file.empty', 'The file has no bytes.');
}

function brokenOff(): Error {
  return problem('file.broken_off', 'The file did not arrive whole; nothing of it was kept. Send it again.');
}

function tooMany(most: number): Error {
  const mb = Math.floor(most / 1024 / 1024);
  return problem(
    'file.too_many',
    `Your files in chats would take more than ${mb} MB. Take messages with files back first.`,
  );
}

function lies({ found, isText: isWords }: { found: string | null; isText: boolean }): Error {
  const what = found ?? (isWords ? 'text' : 'of no known kind');
  return problem(
    'file.type_mismatch',
    `By its content the file is ${what}, and its name or type says otherwise.`,
  );
}
