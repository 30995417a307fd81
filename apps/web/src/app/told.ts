import { useEffect } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { useToast } from '../ui/toast.tsx';
import { useMe } from './api.ts';
import { useFeed } from './feed.ts';

/** What came in while nobody looked comes again with the next page: it is told while it is news. */
const NEWS_MS = 120_000;
const READ_MS = 20_000;

interface Told {
  readonly name: string;
  readonly at: string;
}

/** What a notice says of somebody, whether it comes alone or in the row of an inbox; null once it is no news any more. */
export function newsIn(notice: unknown, nowAt: number): Told | null {
  const row = notice as { payload?: Partial<Told> } & Partial<Told>;
  const { name, at } = row.payload ?? row;
  if (typeof at !== 'string' || nowAt - Date.parse(at) > NEWS_MS) return null;
  return { name: typeof name === 'string' ? name : '', at };
}

/** Tells what is told by no page: a call that was missed, and that a stranger got into a call of theirs. */
export function useTold(): void {
  const t = useTranslations();
  const me = useMe();
  const feed = useFeed();
  const toast = useToast();
  const format = useFormatter();
  const personId = me?.personId;
  useEffect(() => {
    if (!feed || personId === undefined) return;
    return feed.subscribe(`private-inbox-${personId}`, (event, notice) => {
      if (event !== 'call.stranger_removed' && event !== 'call.missed') return;
      const news = newsIn(notice, Date.now());
      if (news === null) return;
      const name = news.name === '' ? t('receipt.someone') : news.name;
      const words =
        event === 'call.missed'
          ? t('video.missedAt', { name, at: format.dateTime(Date.parse(news.at), { timeStyle: 'short' }) })
          : t('video.strangerRemoved', { name });
      toast({ text: words, tone: event === 'call.missed' ? 'plain' : 'danger', shownMs: READ_MS });
    });
  }, [feed, personId, t, toast, format]);
}
