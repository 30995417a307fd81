import { isEmoji, REACTIONS_OF_ONE_MAX, whyUnchanged } from '@latido/core';
import type { Viewer } from '../calls/index.ts';
import { problem, type Clock, type Tx } from '../platform/index.ts';
import { circleForWriter, circleOfPerson } from './circle.ts';
import { filesOf, removeFilesOf } from './files.ts';
import { isOver, textOf } from './say.ts';
import {
  addReaction,
  changeMessage,
  dropReaction,
  lockHead,
  messagesBySeq,
  reactionsTo,
  type Head,
  type MessageRow,
} from './store.ts';

/** A message of a call, and when. */
export interface At {
  readonly callId: string;
  readonly seq: number;
  readonly clock: Pick<Clock, 'now'>;
}

const WHY = {
  not_yours: 'Only who wrote a message changes it.',
  deleted: 'This message was taken back.',
  late: 'A message is changed within five minutes after it was written.',
};

/**
 * Gives a message of one's own another text, or takes it back where `text` is null. The same again changes nothing (CHAT-8).
 *
 * @throws call.not_found, message.not_found, message.unchangeable, request.invalid
 */
export async function change(
  tx: Tx,
  writer: Viewer,
  { callId, seq, clock, text }: At & { text: string | null },
): Promise<{ row: MessageRow; isNew: boolean }> {
  await circleOfPerson(tx, callId, writer);
  const { head, row } = await locked(tx, callId, seq);
  const along = text === null ? [] : await filesOf(tx, callId, [seq]);
  const wanted = text === null ? '' : textOf(text, along.length);
  const isDeleted = row.deletedAt !== null;
  if (row.personId === writer.personId && isDeleted && text === null) return { row, isNew: false };
  const why = whyUnchanged(
    { personId: row.personId, at: row.at.getTime(), isDeleted },
    { by: writer.personId, now: clock.now() },
  );
  if (why !== null) throw problem('message.unchangeable', WHY[why]);
  if (row.text === wanted && text !== null) return { row, isNew: false };
  const now = new Date(clock.now());
  const changed = {
    ...row,
    text: wanted,
    ...(text === null ? { deletedAt: now } : { editedAt: now }),
    change: head.change + 1n,
  };
  await changeMessage(tx, changed);
  if (text === null) await removeFilesOf(tx, { callId, seq, by: writer.personId, at: now });
  return { row: changed, isNew: true };
}

/**
 * Reacts to a message, or takes that back. The same again changes nothing (CHAT-9).
 *
 * @throws call.not_found, call.ended, message.not_found, message.unchangeable, request.invalid
 */
export async function react(
  tx: Tx,
  writer: Viewer,
  { callId, seq, clock, emoji, isOn }: At & { emoji: string; isOn: boolean },
): Promise<{ row: MessageRow; isNew: boolean }> {
  const circle = await circleForWriter(tx, callId, writer);
  if (circle.isOver) throw isOver();
  if (!isEmoji(emoji)) throw problem('request.invalid', 'emoji: one emoji, and nothing else.');
  const { head, row } = await locked(tx, callId, seq);
  if (row.deletedAt !== null) throw problem('message.unchangeable', WHY.deleted);
  const { personId } = writer;
  const reaction = { callId, seq, personId, emoji };
  if (isOn) await mayReact(tx, reaction);
  const isNew = isOn
    ? await addReaction(tx, { ...reaction, at: new Date(clock.now()) })
    : await dropReaction(tx, reaction);
  if (!isNew) return { row, isNew };
  const changed = { ...row, change: head.change + 1n };
  await changeMessage(tx, changed);
  return { row: changed, isNew };
}

async function mayReact(
  tx: Tx,
  { callId, seq, personId, emoji }: { callId: string; seq: number; personId: string; emoji: string },
): Promise<void> {
  const all = await reactionsTo(tx, { callId, seqs: [seq], without: [] });
  const own = all.filter((each) => each.personId === personId && each.emoji !== emoji);
  if (own.length >= REACTIONS_OF_ONE_MAX)
    throw problem(
      'message.unchangeable',
      `${REACTIONS_OF_ONE_MAX} reactions to a message are enough: take one back.`,
    );
}

async function locked(tx: Tx, callId: string, seq: number): Promise<{ head: Head; row: MessageRow }> {
  const head = await lockHead(tx, callId);
  const [row] = await messagesBySeq(tx, callId, [seq]);
  if (!row) throw problem('message.not_found', `This call has no message ${seq}.`);
  return { head, row };
}
