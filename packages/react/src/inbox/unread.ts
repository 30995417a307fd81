import { channelOf, INBOX_UNREAD, type InboxCount } from '@latido/protocol';
import { useEffect, useState } from 'react';
import type { Api, Feed } from '../call/follow.ts';

/** Between the tabs of one browser, for those that have no live door. */
const TABS = 'latido.inbox';
/** Notices that come together are one question. */
const GATHER_MS = 150;

/** Whose inbox, and by what it is read. */
export interface InboxOf {
  readonly api: Api;
  /** The person's live connection; without one the count is that of the last look. */
  readonly feed: Feed | undefined;
  /** Nobody, while nobody is signed in. */
  readonly personId: string | undefined;
}

/** Tells the other tabs of this browser a count that was just answered. */
export function tellTabs(personId: string, unread: number): void {
  if (typeof BroadcastChannel === 'undefined') return;
  const tabs = new BroadcastChannel(TABS);
  tabs.postMessage({ personId, unread });
  tabs.close();
}

/**
 * How many notices of a person are unread, as it changes: by the server's live event, by what is read in another tab, and by a
 * look when a notice came, the live connection opens, the page is shown again, or the network is back. Null until it is known.
 */
export function useUnread({ api, feed, personId }: InboxOf): number | null {
  const [known, setKnown] = useState<{ personId: string; unread: number } | null>(null);
  useEffect(() => {
    if (personId === undefined) return;
    const take = (unread: number): void => setKnown({ personId, unread });
    return followUnread({ api, feed, personId, take });
  }, [api, feed, personId]);
  return known?.personId === personId ? (known?.unread ?? null) : null;
}

function followUnread(of: {
  api: Api;
  feed: Feed | undefined;
  personId: string;
  take: (unread: number) => void;
}): () => void {
  const { api, feed, personId, take } = of;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const ask = async (): Promise<void> => {
    timer = undefined;
    // Nothing answered: the next word of the server says it anew.
    const count = await api.send<InboxCount>('GET', '/api/v1/inbox/count').catch(() => null);
    if (!stopped && count) take(count.unread);
  };
  const askSoon = (): void => {
    timer ??= setTimeout(() => void ask(), GATHER_MS);
  };
  const shown = (): void => {
    if (document.visibilityState === 'visible') askSoon();
  };
  const stops = [
    feed?.subscribe(channelOf.user(personId), (event, said) => {
      if (event === INBOX_UNREAD) take((said as InboxCount).unread);
    }),
    feed?.subscribe(channelOf.inbox(personId), askSoon),
    // What came after the first question, and was dealt with by another tab before this one was connected, comes no more.
    feed?.opened?.(askSoon),
    hearTabs(personId, take),
  ];
  addEventListener('online', askSoon);
  document.addEventListener('visibilitychange', shown);
  void ask();
  return () => {
    stopped = true;
    clearTimeout(timer);
    for (const stop of stops) stop?.();
    removeEventListener('online', askSoon);
    document.removeEventListener('visibilitychange', shown);
  };
}

function hearTabs(personId: string, take: (unread: number) => void): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => undefined;
  const tabs = new BroadcastChannel(TABS);
  tabs.addEventListener('message', ({ data }: MessageEvent<{ personId: string; unread: number }>) => {
    if (data.personId === personId) take(data.unread);
  });
  return () => tabs.close();
}
