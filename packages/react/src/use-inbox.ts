import type { Notice, StatusUpdates } from '@latido/protocol';
import { useEffect, useRef, useState } from 'react';
import type { Api, Feed } from './call/follow.ts';

/** Notices of the person who is signed in, oldest first, the latest 50. */
export interface Inbox {
  readonly notices: readonly Notice[];
}

const POLL_MS = 2_500;
const POLL_BESIDE_FEED_MS = 15_000;
const KEPT = 50;

/**
 * Follows the inbox by events, and by polling beneath them, on one cursor: nothing is lost when the door changes and
 * nothing is told twice.
 */
export function useInbox(options: {
  api: Api;
  personId: string | null;
  feed?: Feed | undefined;
  after?: string;
}): Inbox {
  const { api, personId, feed } = options;
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const cursor = useRef(options.after);
  useEffect(() => {
    if (personId === null) return;
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const add = (more: readonly Notice[]): void => {
      if (stopped || more.length === 0) return;
      setNotices((old) => {
        const known = new Set(old.map((notice) => notice.cursor));
        return [...old, ...more.filter((notice) => !known.has(notice.cursor))].slice(-KEPT);
      });
    };
    const poll = async (): Promise<void> => {
      try {
        const query = cursor.current === undefined ? '' : `?after=${encodeURIComponent(cursor.current)}`;
        const updates = await api.send<StatusUpdates>('GET', `/api/status/updates${query}`);
        cursor.current = updates.cursor;
        add(updates.items);
      } catch {
        // The next round asks again from the same cursor.
      }
      if (!stopped) timer = setTimeout(() => void poll(), feed?.connected ? POLL_BESIDE_FEED_MS : POLL_MS);
    };
    const unsubscribe = feed?.subscribe(`private-inbox-${personId}`, (_event, payload) => {
      const notice = payload as Notice;
      if (typeof notice?.cursor === 'string') add([notice]);
    });
    void poll();
    return () => {
      stopped = true;
      clearTimeout(timer);
      unsubscribe?.();
    };
  }, [api, personId, feed]);
  return { notices };
}
