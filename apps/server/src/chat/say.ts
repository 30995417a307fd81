import { cleanText } from '@latido/core';
import type { NewMessage } from '@latido/protocol';
import { callForPerson, isOf, type CallRow, type Viewer } from '../calls/index.ts';
import type { Clock, Tx } from '../platform/index.ts';
import { keyWasUsed, problem } from '../platform/index.ts';
import type { MessageRow } from './store.ts';
import { insertMessage, lockHead, messageById, messagesBySeq } from './store.ts';

/**
 * Writes a message of somebody of the call, while it goes on. The same id is the same message, also once the call is over (CHAT-2).
 *
 * @throws call.not_found, call.ended, message.not_found, idempotency.mismatch, request.invalid
 */
export async function say(
  tx: Tx,
  writer: Viewer,
  { callId, message, clock }: { callId: string; message: NewMessage; clock: Pick<Clock, 'now'> },
): Promise<{ row: MessageRow; isNew: boolean }> {
  const call = await callOfWriter(tx, callId, writer);
  const { personId } = writer;
  const text = textOf(message.text);
  const head = await lockHead(tx, callId);
  const before = await messageById(tx, { callId, personId, id: message.id });
  if (before) {
    // Changed since, it is still that message.
    if (before.text !== text && before.editedAt === null && before.deletedAt === null)
      throw keyWasUsed('text', 'message');
    return { row: before, isNew: false };
  }
  if (call.status === 'ended') throw isOver();
  const { replyTo = null } = message;
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
  return { row, isNew: true };
}

/** The call, for somebody of it. @throws call.not_found, call.not_yours */
export async function callOfWriter(tx: Tx, callId: string, writer: Viewer): Promise<CallRow> {
  const call = await callForPerson(tx, callId, writer);
  // Staff read along; only its people speak in it.
  if (!(await isOf(tx, callId, writer.personId)))
    throw problem('call.not_yours', 'Only people of this call write in it.');
  return call;
}

/** What is kept of a text. @throws request.invalid when nothing is */
export function textOf(said: string): string {
  const text = cleanText(said);
  if (text.trim() === '') throw problem('request.invalid', 'text: a message says something.');
  return text;
}

/** Nothing is written any more. */
export function isOver(): Error {
  return problem('call.ended', 'This call is over; what was written stays.');
}
