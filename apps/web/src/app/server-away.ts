import { LatidoError, NoAnswer, type RealtimeStatus } from '@latido/client';
import { useSyncExternalStore } from 'react';

/** What is known of a server that does not answer. */
export interface Silence {
  /** When it first did not answer, by the page's clock. */
  readonly sinceAt: number;
  /** Questions in a row that nobody answered: one may be lost by itself. */
  readonly times: number;
}

const AWAY_AFTER = 2;
const ASK_EVERY_MS = 2_000;
const NOBODY_THERE: readonly number[] = [502, 503, 504];

/** Whether a failure means that nobody is there. A server that says what is wrong with something else is there. */
export function isSilent(error: unknown): boolean {
  if (!(error instanceof LatidoError)) return error instanceof NoAnswer;
  return NOBODY_THERE.includes(error.status) && error.code !== 'livekit.unavailable';
}

/** What is known after one more question, that was answered or not. */
export function silenceAfter(before: Silence | null, answered: boolean, at: number): Silence | null {
  if (answered) return null;
  return { sinceAt: before?.sinceAt ?? at, times: (before?.times ?? 0) + 1 };
}

/** Since when the server is away; null while it is there, or may be. */
export function awaySince(silence: Silence | null): number | null {
  return silence !== null && silence.times >= AWAY_AFTER ? silence.sinceAt : null;
}

type Send = <T>(method: 'GET', path: string) => Promise<T>;

/** One for the page, since there is one server: every answer and every silence is noted here. */
class Watch {
  #silence: Silence | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();
  /** How the server is asked while it is away, so that its return is seen on a page that asks nothing by itself. */
  ask: Send | null = null;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly since = (): number | null => awaySince(this.#silence);

  note(answered: boolean): void {
    if (answered && this.#silence === null) return;
    this.#silence = silenceAfter(this.#silence, answered, Date.now());
    clearTimeout(this.#timer);
    if (!answered) this.#timer = setTimeout(() => this.#askAgain(), ASK_EVERY_MS);
    for (const listener of this.#listeners) listener();
  }

  /** What the live connection tells of itself: a page that asks nothing hears of the server by it alone. */
  noteFeed(status: RealtimeStatus): void {
    if (status === 'offline') this.note(false);
    else if (status === 'connecting') this.#askAgain();
    else if (status !== 'closed') this.note(true);
  }

  #askAgain(): void {
    void this.ask?.('GET', '/api/v1/realtime').catch(() => undefined);
  }
}

const watch = new Watch();

/** The same API, whose answers and silences are noted. */
export function noticing<T extends { send: (...question: never[]) => Promise<unknown> }>(api: T): T {
  const send = async (...question: never[]): Promise<unknown> => {
    try {
      const answer = await api.send(...question);
      watch.note(true);
      return answer;
    } catch (error) {
      watch.note(!isSilent(error));
      throw error;
    }
  };
  watch.ask = send as unknown as Send;
  return { ...api, send };
}

/** For the live connection: how it stands. */
export const noteFeed = (status: RealtimeStatus): void => watch.noteFeed(status);

/** Since when the server is away, by the page's clock; null while it answers. */
export function useServerAway(): number | null {
  return useSyncExternalStore(watch.subscribe, watch.since);
}
