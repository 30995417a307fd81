import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { useToast } from '../ui/toast.tsx';
import { useMe } from './api.ts';
import { useFeed } from './feed.ts';

/** What came in while nobody looked comes again with the next page: it is told while it is news. */
const NEWS_MS = 120_000;
const READ_MS = 20_000;

interface Removed {
  readonly name: string;
  readonly at: string;
}

/** The payload of a notice, whether it comes alone or in the row of an inbox. */
export function strangerIn(notice: unknown, nowAt: number): string | null {
  const row = notice as { payload?: Partial<Removed> } & Partial<Removed>;
  const { name, at } = row.payload ?? row;
  if (typeof at !== 'string' || nowAt - Date.parse(at) > NEWS_MS) return null;
  return typeof name === 'string' ? name : '';
}

/** Tells what is told by no page: that a stranger got into a call of theirs, and was taken out. */
export function useTold(): void {
  const t = useTranslations();
  const me = useMe();
  const feed = useFeed();
  const toast = useToast();
  const personId = me?.personId;
  useEffect(() => {
    if (!feed || personId === undefined) return;
    return feed.subscribe(`private-inbox-${personId}`, (event, notice) => {
      if (event !== 'call.stranger_removed') return;
      const name = strangerIn(notice, Date.now());
      if (name === null) return;
      const words = t('video.strangerRemoved', { name: name === '' ? t('receipt.someone') : name });
      toast({ text: words, tone: 'danger', shownMs: READ_MS });
    });
  }, [feed, personId, t, toast]);
}
