import { channelOf, INBOX_UNREAD } from '@latido/protocol';
import { INBOX_HINT, INBOX_READ_HINT, type Inbox } from '../inbox/index.ts';
import type { Hints, Log } from '../platform/index.ts';
import type { Hub } from './hub.ts';

/** Pushes that run. */
export interface UnreadPushes {
  /** Resolves when everything that was hinted has been pushed. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Tells whoever is on their own channel how many notices they have not read, whenever that may have changed: on whatever
 * device they read, and whoever took one back. Each node counts for its own sockets; hints while it counts become one more count.
 */
export function pushUnread(deps: {
  hints: Hints;
  log: Log;
  hub: Pick<Hub, 'channels' | 'sendHere'>;
  inbox: Pick<Inbox, 'countUnread'>;
}): UnreadPushes {
  const { hints, log, hub, inbox } = deps;
  const again = new Set<string>();
  const running = new Map<string, Promise<void>>();

  const push = async (personId: string): Promise<void> => {
    do {
      again.delete(personId);
      try {
        hub.sendHere(channelOf.user(personId), INBOX_UNREAD, { unread: await inbox.countUnread(personId) });
      } catch (error) {
        log.warn({ err: error }, 'a count of notices could not be pushed');
      }
    } while (again.has(personId));
    running.delete(personId);
  };
  const hear = (personId: string): void => {
    if (!hub.channels.get(channelOf.user(personId))) return;
    if (running.has(personId)) again.add(personId);
    else running.set(personId, push(personId));
  };
  const stops = [hints.subscribe(INBOX_HINT, hear), hints.subscribe(INBOX_READ_HINT, hear)];
  const caughtUp = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running.values());
  };
  return {
    caughtUp,
    async close() {
      for (const stop of stops) stop();
      await caughtUp();
    },
  };
}
