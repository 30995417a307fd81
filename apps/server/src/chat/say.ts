import { cleanText } from '@latido/core';
import type { NewMessage } from '@latido/protocol';
import { callForPerson, isOf, type CallRow, type Viewer } from '../calls/index.ts';
import type { Clock, DbOrTx, Tx } from '../platform/index.ts';
import { keyWasUsed, problem } from '../platform/index.ts';
import { filesOf, giveFiles } from './files.ts';
import type { MessageRow } from './store.ts';
import { insertMessage, lockHead, messageById, messagesBySeq } from './store.ts';

/**
 * Writes a message of somebody of the call, while it goes on. The same id is the same message, also once the call is over (CHAT-2).
 *
 * @throws call.not_found, call.ended, message.not_found, file.not_found, idempotency.mismatch, request.invalid
 */
export async function say(
  tx: Tx,
  writer: Viewer,
  { callId, message, clock }: { callId: string; message: NewMessage; clock: Pick<Clock, 'now'> },
): Promise<{ row: MessageRow; isNew: boolean }> {
  const call = await callOfWriter(tx, callId, writer);
  const { personId } = writer;
  const { replyTo = null, files = [] } = message;
  const text = textOf(message.text, files.length);
  const head = await lockHead(tx, callId);
  const before = await messageById(tx, { callId, personId, id: message.id });
  if (before) {
    // Changed since, it is still that message.
    const isAsItWas = before.editedAt === null && before.deletedAt === null;
    if (isAsItWas && before.text !== text) throw keyWasUsed('text', 'message');
    if (isAsItWas && (await idsOf(tx, before)).join() !== files.join()) throw keyWasUsed('file', 'message');
    return { row: before, isNew: false };
  }
  if (call.status === 'ended') throw isOver();
  if (replyTo !== null && (await messagesBySeq(tx, callId, [replyTo])).length === 0)
    throw problem('message.not_found', `replyTo: this call has no message ${replyTo}.`);
  const row: MessageRow = {
    id: message.id,
    callId,
    seq: head.seq + 1,
    personId,
    text,
    at: new Date(clock.now()),
    replyTo,
    editedAt: null,
    deletedAt: null,
    change: head.change + 1n,
  };
  await insertMessage(tx, row);
  if (files.length > 0) await giveAll(tx, row, files);
  return { row, isNew: true };
}

async function giveAll(tx: Tx, { callId, personId, seq }: MessageRow, ids: readonly string[]): Promise<void> {
  if (new Set(ids).size !== ids.length) throw problem('request.invalid', 'files: each file once.');
  if ((await giveFiles(tx, { callId, personId, seq, ids })) !== ids.length)
    throw problem(
      'file.not_found',
      'files: one of them was not sent by you to this call, is in a message already, or is gone.',
    );
}

async function idsOf(tx: Tx, { callId, seq }: MessageRow): Promise<string[]> {
  return (await filesOf(tx, callId, [seq])).map(({ id }) => id);
}

/** The call, for somebody of it. @throws call.not_found, call.not_yours */
export async function callOfWriter(tx: DbOrTx, callId: string, writer: Viewer): Promise<CallRow> {
  const call = await callForPerson(tx, callId, writer);
  // Staff read along; only its people speak in it.
  if (!(await isOf(tx, callId, writer.personId)))
    throw problem('call.not_yours', 'Only people of this call write in it.');
  return call;
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
