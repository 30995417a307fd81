import { sentenceOf } from '@latido/core';
import type { NoticeList, NoticeTopic } from '@latido/protocol';
import { moneyText, problem, type Db } from '../platform/index.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { newEpoch } from './notify.ts';
import { countUnread, headOf, rowsBefore } from './store.ts';

/** So many notices a page has unless asked otherwise. */
const PAGE = 30;

/**
 * The types of each topic: whole ones, which go before, or all that begin with a word. Of a team's own types those that are in
 * none are `other`, too.
 */
export const TOPICS: Readonly<Record<NoticeTopic, readonly string[]>> = {
  calls: ['call', 'matching'],
  money: ['topup', 'payout', 'call.refunded'],
  collections: ['credit', 'credits', 'payment', 'client', 'import'],
  other: ['booking', 'lobby'],
};

/** What is in a topic: what is named, and, for `other`, whatever no other topic names. */
export function typesOf(topic: NoticeTopic): {
  named: readonly string[];
  butNot: readonly string[];
  is: boolean;
} {
  const others = Object.entries(TOPICS).filter(([each]) => each !== topic && each !== 'other');
  const elsewhere = others.flatMap(([, types]) => types);
  if (topic === 'other') return { named: elsewhere, butNot: [], is: false };
  return { named: TOPICS[topic], butNot: elsewhere.filter((type) => type.includes('.')), is: true };
}

/** Whose notices, which, and in which words. */
export interface NoticesWanted {
  readonly recipientId: string;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
  readonly topic?: NoticeTopic | undefined;
  /** Only notices of this type. */
  readonly type?: string | undefined;
  readonly onlyUnread: boolean;
  readonly locale: 'en' | 'es';
}

/**
 * What is kept of somebody's notices, the newest first, in words. Looking at a list delivers, reads and acknowledges nothing.
 *
 * @throws AppError `cursor.invalid`
 */
export async function listNotices(db: Db, wanted: NoticesWanted): Promise<NoticeList> {
  const { recipientId, cursor, limit = PAGE, topic, type = null, onlyUnread, locale } = wanted;
  const { epoch, seq } = await headOf(db, recipientId, newEpoch());
  const place = cursor === undefined ? { epoch, seq: seq + 1n } : parseCursor(cursor);
  if (place?.epoch !== epoch) throw problem('cursor.invalid', 'Take the cursor from nextCursor, as it is.');
  const rows = await rowsBefore(db, recipientId, {
    before: place.seq,
    limit: limit + 1,
    of: topic === undefined ? null : typesOf(topic),
    type,
    onlyUnread,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ seq: at, type, payload, created_at, read_at }) => ({
      cursor: formatCursor({ epoch, seq: at }),
      type,
      payload,
      createdAt: created_at.toISOString(),
      readAt: read_at?.toISOString() ?? null,
      ...sentenceOf(
        { type, payload },
        { locale, money: (minor, currency) => moneyText(locale, minor, currency) },
      ),
    })),
    nextCursor: rows.length > limit && last ? formatCursor({ epoch, seq: last.seq }) : null,
    unread: await countUnread(db, recipientId),
  };
}
