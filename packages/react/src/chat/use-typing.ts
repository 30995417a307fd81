import { channelOf, CHAT_MESSAGE, CHAT_TYPING, type ChatTyping } from '@latido/protocol';
import { useEffect, useRef, useState } from 'react';
import type { ChatOptions } from './use-chat.ts';
import { namesOf, sentBy, still, TYPING_EVERY_MS, typed, type Typing } from './typing.ts';

const NOBODY: Typing = new Map();
/** Often enough for a time of six seconds. */
const LOOK_EVERY_MS = 1_000;

/** Who else types, by their names, and a way to say that one does. */
export function useTyping(
  { callId, api, feed }: ChatOptions,
  without: readonly string[],
): { names: readonly string[]; say: () => void } {
  const [typing, setTyping] = useState(NOBODY);
  const saidAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    setTyping(NOBODY);
    return feed?.subscribe(channelOf.callPresence(callId), (event, payload) => {
      const who = payload as Partial<ChatTyping> | null;
      if (typeof who?.personId !== 'string' || typeof who.name !== 'string') return;
      const { personId, name } = who;
      if (event === CHAT_TYPING) setTyping((now) => typed(now, { personId, name }, performance.now()));
      if (event === CHAT_MESSAGE) setTyping((now) => (now.has(personId) ? sentBy(now, personId) : now));
    });
  }, [callId, feed]);
  const isAny = typing.size > 0;
  useEffect(() => {
    if (!isAny) return;
    const timer = setInterval(() => setTyping((now) => still(now, performance.now())), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isAny]);
  return {
    names: namesOf(typing, without),
    say() {
      const now = performance.now();
      if (now - saidAt.current < TYPING_EVERY_MS) return;
      saidAt.current = now;
      // Nobody is told of one that is lost: the next one comes in three seconds.
      api.send('POST', `/api/v1/calls/${encodeURIComponent(callId)}/typing`).catch(() => undefined);
    },
  };
}
