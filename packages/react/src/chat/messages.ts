import type { ChatFile, ChatMessage, Messages } from '@latido/protocol';

/** What its writer has not been told to be stored. */
export interface Unsent {
  /** Sent again under the same id it is written once. */
  readonly id: string;
  readonly text: string;
  /** The `seq` of the message that it answers. */
  readonly replyTo?: number | undefined;
  /** What goes along; it is there already. */
  readonly files?: readonly ChatFile[] | undefined;
  /** Why it was not stored; null while it is on its way. */
  readonly failure: 'refused' | 'many' | 'over' | 'lost' | null;
}

/** A chat as a page knows it. */
export interface Talk {
  /** By `seq`, each once, as it is now. A number may be missing: whoever blocked somebody is not given what they wrote. */
  readonly messages: readonly ChatMessage[];
  readonly unsent: readonly Unsent[];
  /** The `after` of the next question, until all was read once. */
  readonly after: number;
  /** The `changes` of the first question after that: of the first answer, since what was read then may have changed meanwhile. */
  readonly changes: number | null;
  /** Whom this reader does not read. */
  readonly blocked: readonly string[];
  /** Whether all was read once. */
  readonly isLoaded: boolean;
}

/** A page that has just been opened. */
export const NOTHING: Talk = {
  messages: [],
  unsent: [],
  after: 0,
  changes: null,
  blocked: [],
  isLoaded: false,
};

/** What a page asks next: on from what it has read, or for what has changed since it had all. */
export function questionOf({ after, changes, isLoaded }: Talk): string {
  return isLoaded && changes !== null ? `changes=${changes}` : `after=${after}`;
}

/** What the server gave. What was read before, by another question, is not there twice. */
export function read(talk: Talk, { items, nextAfter, changes, isAll, blocked }: Messages): Talk {
  const bySeq = new Map(talk.messages.map((message) => [message.seq, message]));
  for (const message of items) bySeq.set(message.seq, message);
  return {
    messages: items.length === 0 ? talk.messages : [...bySeq.values()].toSorted((a, b) => a.seq - b.seq),
    unsent: talk.unsent.filter(({ id }) => !items.some((message) => message.id === id)),
    after: Math.max(talk.after, nextAfter),
    blocked,
    changes: talk.isLoaded ? changes : (talk.changes ?? changes),
    isLoaded: talk.isLoaded || isAll,
  };
}

/** What an event says. */
export interface ToldMessage extends ChatMessage {
  readonly changes: number;
}

/**
 * What an event brought, where it is just what a question would bring: the change after the last one that was read, and for somebody who reads
 * everybody, since an answer quotes whom it answers. Null: ask.
 */
export function told(talk: Talk, event: unknown): Talk | null {
  const { changes, ...message } = event as Partial<ToldMessage>;
  if (typeof changes !== 'number' || typeof message.seq !== 'number') return null;
  if (!talk.isLoaded || talk.changes === null || talk.blocked.length > 0) return null;
  if (changes <= talk.changes) return talk;
  if (changes !== talk.changes + 1) return null;
  const items = [message as ChatMessage];
  return read(talk, { items, nextAfter: message.seq, changes, isAll: true, blocked: [] });
}

/** Somebody here presses Send, for the first time or again. */
export function sending(talk: Talk, said: Omit<Unsent, 'failure'>): Talk {
  const others = talk.unsent.filter(({ id }) => id !== said.id);
  return { ...talk, unsent: [...others, { ...said, failure: null }] };
}

/** It was not stored, or nobody could say so. */
export function failed(talk: Talk, id: string, failure: NonNullable<Unsent['failure']>): Talk {
  return { ...talk, unsent: talk.unsent.map((each) => (each.id === id ? { ...each, failure } : each)) };
}

/** Its writer gives it up. */
export function dropped(talk: Talk, id: string): Talk {
  return { ...talk, unsent: talk.unsent.filter((each) => each.id !== id) };
}
