import { cleanText } from '@latido/core';
import type { NewMessage } from '@latido/protocol';
import type { Viewer } from '../calls/index.ts';
import type { Clock, Tx } from '../platform/index.ts';
import { AppError, keyWasUsed, problem } from '../platform/index.ts';
import { circleOf, forWriter } from './circle.ts';
import { filesOf, filesToGive, giveFiles } from './files.ts';
import type { Head, MessageRow } from './store.ts';
import { insertMessages, lockHead, messagesByIds, messagesBySeq } from './store.ts';

/** A message that somebody wants to write. */
export interface Wish {
  readonly writer: Viewer;
  readonly message: NewMessage;
}

/** What became of it. */
export interface Said {
  readonly row: MessageRow;
  readonly isNew: boolean;
}

/**
 * Writes messages of people of one call, or of who is in a free room, in their order, while it goes on. The same id is the same message, also once the call is over
 * (CHAT-2). One that is refused harms no other: its error stands in its place.
 *
 * Errors: call.not_found, call.not_yours, call.ended, message.not_found, file.not_found, idempotency.mismatch, request.invalid
 */
export async function sayAll(
  tx: Tx,
  { callId, wishes, clock }: { callId: string; wishes: readonly Wish[]; clock: Pick<Clock, 'now'> },
): Promise<(Said | Error)[]> {
  const circle = await circleOf(tx, callId);
  const refusals = new Map<string, Error>();
  for (const { writer } of wishes) {
    const refused = errorOf(() => forWriter(circle, { id: callId, writer }));
    if (refused) refusals.set(writer.personId, refused);
  }
  if (refusals.size === new Set(wishes.map(({ writer }) => writer.personId)).size)
    return wishes.map(({ writer }) => refusals.get(writer.personId) ?? isOver());
  const head = await lockHead(tx, callId);
  const talk = new Talk(tx, { callId, head, isOver: circle?.isOver ?? true, at: new Date(clock.now()) });
  await talk.recall(wishes);
  const outcomes: (Said | Error)[] = [];
  for (const wish of wishes) {
    const refused = refusals.get(wish.writer.personId);
    outcomes.push(refused ?? (await talk.take(wish)));
  }
  await talk.write();
  return outcomes;
}

/** A call's messages while its head is locked: what was written under which id, and what is written now. */
class Talk {
  readonly #tx: Tx;
  readonly #of: { callId: string; head: Head; isOver: boolean; at: Date };
  readonly #known = new Map<string, MessageRow>();
  readonly #fresh: MessageRow[] = [];
  readonly #given: { row: MessageRow; ids: readonly string[] }[] = [];

  constructor(tx: Tx, of: { callId: string; head: Head; isOver: boolean; at: Date }) {
    this.#tx = tx;
    this.#of = of;
  }

  async recall(wishes: readonly Wish[]): Promise<void> {
    const of = wishes.map(({ writer, message }) => ({ personId: writer.personId, id: message.id }));
    for (const row of await messagesByIds(this.#tx, this.#of.callId, of)) this.#known.set(keyOf(row), row);
  }

  async take({ writer, message }: Wish): Promise<Said | Error> {
    try {
      return await this.#taken(writer.personId, message);
    } catch (error) {
      if (isRefusal(error)) return error;
      throw error;
    }
  }

  async #taken(personId: string, message: NewMessage): Promise<Said> {
    const { callId, head, at } = this.#of;
    const { id, replyTo = null, files = [] } = message;
    const text = textOf(message.text, files.length);
    const before = this.#known.get(keyOf({ personId, id }));
    if (before) {
      // Changed since, it is still that message.
      const isAsItWas = before.editedAt === null && before.deletedAt === null;
      if (isAsItWas && before.text !== text) throw keyWasUsed('text', 'message');
      if (isAsItWas && (await this.#filesOf(before)).join() !== files.join())
        throw keyWasUsed('file', 'message');
      return { row: before, isNew: false };
    }
    if (this.#of.isOver) throw isOver();
    if (replyTo !== null && !(await this.#has(replyTo)))
      throw problem('message.not_found', `replyTo: this call has no message ${replyTo}.`);
    await this.#mayGive(personId, files);
    const n = this.#fresh.length + 1;
    const seq = head.seq + n;
    const change = head.change + BigInt(n);
    const row = { id, callId, seq, personId, text, at, replyTo, editedAt: null, deletedAt: null, change };
    this.#fresh.push(row);
    this.#known.set(keyOf(row), row);
    if (files.length > 0) this.#given.push({ row, ids: files });
    return { row, isNew: true };
  }

  /** All at once: two statements, however many there are. */
  async write(): Promise<void> {
    const { callId, head } = this.#of;
    if (this.#fresh.length === 0) return;
    await insertMessages(this.#tx, { callId, head, rows: this.#fresh });
    for (const { row, ids } of this.#given) await giveFiles(this.#tx, { callId, seq: row.seq, ids });
  }

  async #has(seq: number): Promise<boolean> {
    if (this.#fresh.some((row) => row.seq === seq)) return true;
    return (await messagesBySeq(this.#tx, this.#of.callId, [seq])).length > 0;
  }

  async #filesOf({ callId, seq }: MessageRow): Promise<readonly string[]> {
    const given = this.#given.find(({ row }) => row.seq === seq);
    return given?.ids ?? (await filesOf(this.#tx, callId, [seq])).map(({ id }) => id);
  }

  async #mayGive(personId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    if (new Set(ids).size !== ids.length) throw problem('request.invalid', 'files: each file once.');
    const isGiven = this.#given.some((given) => given.ids.some((id) => ids.includes(id)));
    const { callId } = this.#of;
    if (isGiven || (await filesToGive(this.#tx, { callId, personId, ids })) !== ids.length)
      throw problem(
        'file.not_found',
        'files: one of them was not sent by you to this call, is in a message already, or is gone.',
      );
  }
}

function keyOf({ personId, id }: { personId: string; id: string }): string {
  return `${personId} ${id}`;
}

/** Errors of our table are somebody's answer; anything else ends the transaction. */
function isRefusal(error: unknown): error is Error {
  return error instanceof AppError;
}

function errorOf(work: () => unknown): Error | null {
  try {
    work();
    return null;
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

/** What is kept of a text. @throws request.invalid when nothing is, and nothing comes along with it */
export function textOf(said: string, filesAlong = 0): string {
  const text = cleanText(said);
  if (text.trim() === '' && filesAlong === 0)
    throw problem('request.invalid', 'text: a message says something.');
  return text;
}

/** Nothing is written any more. */
export function isOver(): Error {
  return problem('call.ended', 'This call is over; what was written stays.');
}
