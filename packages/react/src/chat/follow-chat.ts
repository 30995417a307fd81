import { channelOf, CHAT_CHANGED, CHAT_MESSAGE } from '@latido/protocol';
import type { Feed } from '../call/follow.ts';

const POLL_MS = 3_000;
/** Catches events that were lost. */
const POLL_BESIDE_FEED_MS = 15_000;
/** Where many write at once, they are read together. */
const REST_MS = 300;

/** Asking that goes on until it is stopped. */
export interface Following {
  /** Asks now, or as soon as the last question has had its rest. */
  look(): void;
  stop(): void;
}

/** Asks whenever something may be new in a chat, one question at a time; `ask` resolves to whether there is more to read. */
export function followChat(of: {
  callId: string;
  feed: Feed | null | undefined;
  ask: () => Promise<boolean>;
  /** Takes what an event of a new message brought; false where that has to be asked for. */
  take: (event: unknown) => boolean;
}): Following {
  const { callId, feed } = of;
  let isOver = false;
  let isAsking = false;
  let isWanted = false;
  let restsUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = (ms: number): void => {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(() => void ask(), ms);
  };
  const ask = async (): Promise<void> => {
    isWanted = isAsking;
    if (isAsking) return;
    const restMs = restsUntil - performance.now();
    if (restMs > 0) return again(restMs);
    isAsking = true;
    const hasMore = await of.ask();
    isAsking = false;
    restsUntil = performance.now() + REST_MS;
    again(isWanted || hasMore ? REST_MS : feed?.connected ? POLL_BESIDE_FEED_MS : POLL_MS);
  };
  const look = (): void => void ask();
  look();
  const stop = feed?.subscribe(channelOf.callPresence(callId), (event, payload) => {
    if (event === CHAT_MESSAGE && !isAsking && of.take(payload)) return;
    if (event === CHAT_MESSAGE || event === CHAT_CHANGED) look();
  });
  const stopOpened = feed?.opened?.(look);
  return {
    look,
    stop() {
      isOver = true;
      clearTimeout(timer);
      stop?.();
      stopOpened?.();
    },
  };
}
