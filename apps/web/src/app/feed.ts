import type { RealtimeConnection } from '@latido/client';
import type { Feed } from '@latido/react';
import { api, useMe } from './api.ts';
import { deviceOwner } from './device-owner.ts';
import { noteFeed } from './server-away.ts';

/** The server's key where nobody set another one. It is no secret: every page that connects shows it. */
const USUAL_KEY = 'latido';

type OnEvent = (event: string, payload: unknown) => void;

/**
 * The one live connection of this browser, as this tab has it: one of its tabs connects for all. It can be listened to at once and connects when it can: the SDK is loaded
 * after the page, and where no socket can be had, everything is polled.
 */
class LazyFeed implements Feed {
  readonly personId: string;
  readonly #inbox: string;
  readonly #notices = new Set<OnEvent>();
  readonly #opened = new Set<() => void>();
  readonly #waiting = new Map<OnEvent, string>();
  readonly #stops = new Map<OnEvent, () => void>();
  #connection: RealtimeConnection | null = null;
  #closed = false;

  constructor(personId: string) {
    this.personId = personId;
    this.#inbox = `private-inbox-${personId}`;
    void this.#connect();
  }

  get connected(): boolean {
    return this.#connection?.connected ?? false;
  }

  subscribe(channel: string, onEvent: OnEvent): () => void {
    // The connection subscribes to the inbox by itself, with its cursor: here one only listens along.
    if (channel === this.#inbox) {
      this.#notices.add(onEvent);
      return () => this.#notices.delete(onEvent);
    }
    if (this.#connection) this.#stops.set(onEvent, this.#connection.subscribe(channel, onEvent));
    else this.#waiting.set(onEvent, channel);
    return () => {
      this.#waiting.delete(onEvent);
      this.#stops.get(onEvent)?.();
      this.#stops.delete(onEvent);
    };
  }

  opened(tell: () => void): () => void {
    this.#opened.add(tell);
    return () => this.#opened.delete(tell);
  }

  close(): void {
    this.#closed = true;
    this.#connection?.close();
  }

  async #connect(): Promise<void> {
    const [{ connectShared }, settings] = await Promise.all([
      import('./live.ts'),
      api.send<{ key: string }>('GET', '/api/v1/realtime').catch(() => ({ key: USUAL_KEY })),
    ]);
    if (this.#closed) return;
    if (deviceOwner() === this.personId)
      void import('./this-device.ts')
        .then(({ renewHere }) => renewHere(this.personId))
        .catch(() => undefined);
    this.#connection = connectShared({
      url: '',
      key: settings.key,
      personId: this.personId,
      onStatus: noteFeed,
      onNotice: (notice) => this.#notices.forEach((tell) => tell(notice.type, notice)),
    });
    this.#connection.opened(() => this.#opened.forEach((tell) => tell()));
    for (const [onEvent, channel] of this.#waiting) this.subscribe(channel, onEvent);
    this.#waiting.clear();
  }
}

let current: LazyFeed | null = null;

function feedOf(personId: string | undefined): LazyFeed | undefined {
  if (current?.personId !== personId) {
    current?.close();
    current = personId === undefined ? null : new LazyFeed(personId);
  }
  return current ?? undefined;
}

/** The live connection of who is signed in; none while nobody is. */
export function useFeed(): Feed | undefined {
  return feedOf(useMe()?.personId);
}
