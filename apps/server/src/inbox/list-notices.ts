import { sentenceOf } from '@latido/core';
import type { NoticeList, NoticeTopic } from '@latido/protocol';
import { moneyText, problem, type Db } from '../platform/index.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { newEpoch } from './notify.ts';
import { countUnread, headOf, rowsBefore } from './store.ts';

/** So many notices a page has unless asked otherwise. */
const PAGE = 30;

/** First words of the types of each topic; `other` is what is in none. */
const TOPICS: Readonly<Record<Exclude<NoticeTopic, 'other'>, readonly string[]>> = {
  calls: ['call', 'matching'],
  money: ['topup', 'payout'],
  collections: ['credit', 'payment', 'client'],
};

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
  const words = topic === undefined || topic === 'other' ? Object.values(TOPICS).flat() : TOPICS[topic];
  const is = topic === undefined ? null : topic !== 'other';
  const rows = await rowsBefore(db, recipientId, {
    before: place.seq,
    limit: limit + 1,
    words,
    is,
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
