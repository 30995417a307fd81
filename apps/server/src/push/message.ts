import { createHash } from 'node:crypto';
import { MANY_TTL_S, pushKind, sentenceOf, type PendingNotice, type PushStep } from '@latido/core';
import type { PushMessage } from '@latido/protocol';
import { formatCursor } from '../inbox/index.ts';
import { moneyText } from '../platform/index.ts';

/** What is sent, and how it travels. */
export interface Outgoing {
  readonly message: PushMessage;
  readonly ttlS: number;
  readonly urgency: 'high' | 'normal';
  /** As a push service takes it: at most 32 characters of base64url. */
  readonly topic: string | null;
}

/** For whom it is put into words. */
export interface Reader {
  readonly locale: string;
  readonly epoch: string;
  readonly unread: number;
}

/** A push holds 4 KB with all that encryption adds; letters of four bytes each fit. */
const TITLE_MOST = 120;
const BODY_MOST = 600;
/** Where there is no page for it, and for many at once. */
const INBOX = '/inbox';

/** The push for a step that sends something. */
export function outgoing(step: Extract<PushStep, { kind: 'one' | 'many' }>, reader: Reader): Outgoing {
  const id = formatCursor({ epoch: reader.epoch, seq: step.upTo });
  return step.kind === 'one' ? ofOne(step.notice, id, reader) : ofMany(step.count, id, reader);
}

function ofOne({ type, payload }: PendingNotice, id: string, { locale, unread }: Reader): Outgoing {
  const words = wordsOf(locale);
  const money = (minor: number, currency: string): string => moneyText(words, minor, currency);
  const { title, text, path } = sentenceOf({ type, payload }, { locale: words, money });
  const kind = pushKind(type, payload);
  const topic = kind.topic === null ? null : short(kind.topic);
  const message = {
    title: title.slice(0, TITLE_MOST),
    body: text.slice(0, BODY_MOST),
    path: path ?? INBOX,
    tag: topic ?? id,
    id,
    unread,
  };
  return { ...kind, message, topic };
}

function ofMany(count: number, id: string, { locale, unread }: Reader): Outgoing {
  const title = wordsOf(locale) === 'es' ? `${count} avisos nuevos` : `${count} new notices`;
  const message = { title, body: '', path: INBOX, tag: 'many', id, unread };
  return { message, ttlS: MANY_TTL_S, urgency: 'normal', topic: 'many' };
}

const wordsOf = (locale: string): 'en' | 'es' => (locale.startsWith('es') ? 'es' : 'en');

/** Ids are no business of a push service, and longer than it takes. */
function short(topic: string): string {
  return createHash('sha256').update(topic).digest('base64url').slice(0, 32);
}
