import { LatidoError } from '@latido/client';
import { channelOf, CHAT_CHANGED, CHAT_MESSAGE, type ChatMessage, type Messages } from '@latido/protocol';
import { useEffect, useRef, useState } from 'react';
import type { Api, Feed } from '../call/follow.ts';
import { dropped, failed, NOTHING, questionOf, read, sending, type Talk, type Unsent } from './messages.ts';

/** A chat of a call, and how it is read. */
export interface ChatOptions {
  readonly callId: string;
  readonly api: Api;
  /** Tells that something was written; without it the server is asked often. */
  readonly feed?: Feed | null | undefined;
}

/** A chat as it goes on. */
export interface Chat extends Talk {
  /** Whether the server could not be asked the last time. */
  readonly isOffline: boolean;
  /** Sends a text, as an answer to the message of that `seq`. */
  send(text: string, replyTo?: number): void;
  sendAgain(unsent: Unsent): void;
  drop(unsent: Unsent): void;
  /** Gives a message of one's own another text, or takes it back with null, within five minutes. */
  change(message: ChatMessage, text: string | null): void;
  /** Reacts with an emoji, or takes that back. */
  react(message: ChatMessage, emoji: string, isOn: boolean): void;
  /** The server refused the last change. Cleared by the next one. */
  readonly isRefused: boolean;
}

const POLL_MS = 3_000;
/** Catches events that were lost. */
const POLL_BESIDE_FEED_MS = 15_000;
/** Where many write at once, they are read together. */
const REST_MS = 300;
const MOST = 200;

/**
 * Reads a call's chat from its beginning and follows it, and sends. Events only say that there is something: what is shown
 * is what the server gives this reader, in its order and without whom they blocked.
 */
export function useChat({ callId, api, feed }: ChatOptions): Chat {
  const [talk, setTalk] = useState(NOTHING);
  const [isOffline, setOffline] = useState(false);
  const [isRefused, setRefused] = useState(false);
  const latest = useRef(talk);
  const change = (to: (before: Talk) => Talk): void => setTalk((latest.current = to(latest.current)));
  const look = useRef<() => void>(() => undefined);
  const path = `/api/v1/calls/${encodeURIComponent(callId)}/messages`;

  useEffect(() => {
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
      try {
        const answer = await api.send<Messages>('GET', `${path}?${questionOf(latest.current)}&limit=${MOST}`);
        if (isOver) return;
        change((before) => read(before, answer));
        setOffline(false);
        isWanted ||= !answer.isAll;
      } catch {
        if (!isOver) setOffline(true);
      }
      isAsking = false;
      restsUntil = performance.now() + REST_MS;
      again(isWanted ? REST_MS : feed?.connected ? POLL_BESIDE_FEED_MS : POLL_MS);
    };
    look.current = () => void ask();
    change(() => NOTHING);
    void ask();
    const stop = feed?.subscribe(channelOf.callPresence(callId), (event) => {
      if (event === CHAT_MESSAGE || event === CHAT_CHANGED) void ask();
    });
    const stopOpened = feed?.opened?.(() => void ask());
    return () => {
      isOver = true;
      clearTimeout(timer);
      stop?.();
      stopOpened?.();
    };
  }, [callId, api, feed]);

  const put = async ({ id, text, replyTo }: Omit<Unsent, 'failure'>): Promise<void> => {
    const said = { id, text, ...(replyTo === undefined ? {} : { replyTo }) };
    change((before) => sending(before, said));
    try {
      await api.send('POST', path, said);
      look.current();
    } catch (error) {
      change((before) => failed(before, id, failureOf(error)));
    }
  };
  const alter = async (method: 'PATCH' | 'PUT' | 'DELETE', at: string, body?: object): Promise<void> => {
    setRefused(false);
    try {
      await api.send(method, `${path}/${at}`, body);
      look.current();
    } catch {
      setRefused(true);
    }
  };
  return {
    ...talk,
    isOffline,
    isRefused,
    send: (text, replyTo) => void put({ id: crypto.randomUUID(), text, replyTo }),
    sendAgain: (unsent) => void put(unsent),
    drop: ({ id }) => change((before) => dropped(before, id)),
    change: ({ seq }, text) =>
      void (text === null ? alter('DELETE', `${seq}`) : alter('PATCH', `${seq}`, { text })),
    react: ({ seq }, emoji, isOn) =>
      void alter(isOn ? 'PUT' : 'DELETE', `${seq}/reactions/${encodeURIComponent(emoji)}`),
  };
}

/** What the server refused will be refused again; what was lost may have been stored. */
function failureOf(error: unknown): NonNullable<Unsent['failure']> {
  if (!(error instanceof LatidoError) || error.code === null) return 'lost';
  if (error.code === 'request.rate_limited') return 'many';
  if (error.code === 'call.ended') return 'over';
  return error.retry === 'later' ? 'lost' : 'refused';
}
