import { isPicture } from '@latido/core';
import type { ChatFile, ChatMessage, ChatReaction } from '@latido/protocol';
import { personsById } from '../access/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { filesOf, type FileRow } from './files.ts';
import { messagesBySeq, reactionsTo, type MessageRow, type ReactionRow } from './store.ts';

/** How much of a message its answers show, characters as people count them. */
const BEGINNING = 120;

/** Messages of one call as somebody sees them who does not read those of `without`: with names, what they answer, and reactions. */
export async function shown(
  db: DbOrTx,
  rows: readonly MessageRow[],
  { callId, without }: { callId: string; without: readonly string[] },
): Promise<ChatMessage[]> {
  const answered = new Set(rows.flatMap(({ replyTo }) => (replyTo === null ? [] : [replyTo])));
  const seqs = rows.map(({ seq }) => seq);
  const [originals, reactions, files] = [
    await messagesBySeq(db, callId, [...answered]),
    await reactionsTo(db, { callId, seqs, without }),
    await filesOf(db, callId, [...new Set([...seqs, ...answered])]),
  ];
  const seen = originals.filter(({ personId }) => !without.includes(personId));
  const people = await personsById(
    db,
    [...rows, ...seen].map(({ personId }) => personId),
  );
  const nameOf = ({ personId }: MessageRow): string => people.get(personId)?.name ?? '';
  const replyOf = (to: number | null): ChatMessage['replyTo'] => {
    const original = seen.find(({ seq }) => seq === to);
    if (!original) return null;
    return {
      seq: original.seq,
      name: nameOf(original),
      // What says nothing begins with its file.
      text: beginningOf(original.text || (files.find(({ seq }) => seq === to)?.name ?? '')),
    };
  };
  return rows.map((row) => {
    const { id, seq, personId, text, at, replyTo, editedAt, deletedAt } = row;
    return {
      id,
      callId,
      seq,
      personId,
      name: nameOf(row),
      text,
      at: at.toISOString(),
      replyTo: replyOf(replyTo),
      editedAt: editedAt?.toISOString() ?? null,
      deletedAt: deletedAt?.toISOString() ?? null,
      reactions: deletedAt === null ? together(reactions.filter((each) => each.seq === seq)) : [],
      files: deletedAt === null ? files.filter((each) => each.seq === seq).map(shownFile) : [],
    };
  });
}

/** A message that nobody has answered or reacted to yet: what it shows is known without asking. Of an answer, or with files, that is not so. */
export function shownFresh(row: MessageRow, name: string): ChatMessage {
  const { id, callId, seq, personId, text, at } = row;
  return {
    id,
    callId,
    seq,
    personId,
    name,
    text,
    at: at.toISOString(),
    replyTo: null,
    editedAt: null,
    deletedAt: null,
    reactions: [],
    files: [],
  };
}

/** A file as its readers see it. */
export function shownFile({ id, name, type, bytes, sha256, removedAt }: FileRow): ChatFile {
  return {
    id,
    name,
    type: type ?? 'application/octet-stream',
    bytes,
    sha256: sha256 ?? '',
    isPicture: isPicture(type),
    removedAt: removedAt?.toISOString() ?? null,
  };
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function beginningOf(text: string): string {
  return Array.from(graphemes.segment(text.slice(0, 10 * BEGINNING)), ({ segment }) => segment)
    .slice(0, BEGINNING)
    .join('');
}

function together(reactions: readonly ReactionRow[]): ChatReaction[] {
  const byEmoji = new Map<string, string[]>();
  for (const { emoji, personId } of reactions) byEmoji.set(emoji, [...(byEmoji.get(emoji) ?? []), personId]);
  return [...byEmoji].map(([emoji, personIds]) => ({ emoji, personIds }));
}
