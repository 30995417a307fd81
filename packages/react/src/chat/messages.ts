import type { ChatMessage } from '@latido/protocol';

/** What its writer has not been told to be stored. */
export interface Unsent {
  /** Sent again under the same id it is written once. */
  readonly id: string;
  readonly text: string;
  /** Why it was not stored; null while it is on its way. */
  readonly failure: 'refused' | 'many' | 'over' | 'lost' | null;
}

/** A chat as a page knows it. */
export interface Talk {
  /** By `seq`, each once. A number may be missing: whoever blocked somebody is not given what they wrote. */
  readonly messages: readonly ChatMessage[];
  readonly unsent: readonly Unsent[];
  /** The `after` of the next question. */
  readonly after: number;
  /** Whether the page has all that was written until it asked last. */
  readonly isAll: boolean;
}

/** A page that has just been opened. */
export const NOTHING: Talk = { messages: [], unsent: [], after: 0, isAll: false };

/** What the server gave from `after` on. What was read before, by another question, is not there twice. */
export function read(
  talk: Talk,
  { items, nextAfter, isAll }: { items: readonly ChatMessage[]; nextAfter: number; isAll: boolean },
): Talk {
  const last = talk.messages.at(-1)?.seq ?? 0;
  const news = items.filter(({ seq }) => seq > last);
  return {
    messages: news.length === 0 ? talk.messages : [...talk.messages, ...news],
    unsent: talk.unsent.filter(({ id }) => !news.some((message) => message.id === id)),
    after: Math.max(talk.after, nextAfter),
    isAll,
  };
}

/** Somebody here presses Send, for the first time or again. */
export function sending(talk: Talk, { id, text }: Pick<Unsent, 'id' | 'text'>): Talk {
  const others = talk.unsent.filter((each) => each.id !== id);
  return { ...talk, unsent: [...others, { id, text, failure: null }] };
}

/** It was not stored, or nobody could say so. */
export function failed(talk: Talk, id: string, failure: NonNullable<Unsent['failure']>): Talk {
  return { ...talk, unsent: talk.unsent.map((each) => (each.id === id ? { ...each, failure } : each)) };
}

/** Its writer gives it up. */
export function dropped(talk: Talk, id: string): Talk {
  return { ...talk, unsent: talk.unsent.filter((each) => each.id !== id) };
}
