import { cleanText } from '@latido/core';
import type { NewMessage } from '@latido/protocol';
import { callForPerson, isOf, type Viewer } from '../calls/index.ts';
import type { Clock, Tx } from '../platform/index.ts';
import { keyWasUsed, problem } from '../platform/index.ts';
import type { MessageRow } from './store.ts';
import { insertMessage, lockHead, messageById } from './store.ts';

/**
 * Writes a message of somebody of the call, while it goes on. The same id is the same message, also once the call is over (CHAT-2).
 *
 * @throws call.not_found, call.ended, idempotency.mismatch, request.invalid
 */
export async function say(
  tx: Tx,
  writer: Viewer,
  { callId, message, clock }: { callId: string; message: NewMessage; clock: Pick<Clock, 'now'> },
): Promise<{ row: MessageRow; isNew: boolean }> {
  const call = await callForPerson(tx, callId, writer);
  const { personId } = writer;
  // Staff read along; only its people speak in it.
  if (!(await isOf(tx, callId, personId)))
    throw problem('call.not_yours', 'Only people of this call write in it.');
  const text = cleanText(message.text);
  if (text.trim() === '') throw problem('request.invalid', 'text: a message says something.');
  const last = await lockHead(tx, callId);
  const before = await messageById(tx, { callId, personId, id: message.id });
  if (before) {
    if (before.text !== text) throw keyWasUsed('text', 'message');
    return { row: before, isNew: false };
  }
  if (call.status === 'ended') throw problem('call.ended', 'This call is over; what was written stays.');
  const row: MessageRow = {
    id: message.id,
    callId,
    seq: last + 1,
    personId,
    text,
    at: new Date(clock.now()),
  };
  await insertMessage(tx, row);
  return { row, isNew: true };
}
