import { LatidoError } from '@latido/client';
import type { ChatFile, ChatMessage, Messages } from '@latido/protocol';
import { useEffect, useRef, useState } from 'react';
import type { Api, Feed } from '../call/follow.ts';
import { followChat, type Following } from './follow-chat.ts';
import {
  dropped,
  failed,
  NOTHING,
  questionOf,
  read,
  sending,
  told,
  type Talk,
  type Unsent,
} from './messages.ts';

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
  /** Sends a text, as an answer to the message of that `seq`, with files that were sent before. */
  send(text: string, more?: { replyTo?: number | undefined; files?: readonly ChatFile[] }): void;
  sendAgain(unsent: Unsent): void;
  drop(unsent: Unsent): void;
  /** Gives a message of one's own another text, or takes it back with null, within five minutes. */
  change(message: ChatMessage, text: string | null): void;
  /** Reacts with an emoji, or takes that back. */
  react(message: ChatMessage, emoji: string, isOn: boolean): void;
  /** The server refused the last change. Cleared by the next one. */
  readonly isRefused: boolean;
}

const MOST = 200;

/**
 * Reads a call's chat from its beginning and follows it, and sends. What is shown is what the server gives this reader, in its order and
 * without whom they blocked; an event that brings the next message of somebody who reads everybody is taken as it is, and asked about otherwise.
 */
export function useChat({ callId, api, feed }: ChatOptions): Chat {
  const [talk, setTalk] = useState(NOTHING);
  const [isOffline, setOffline] = useState(false);
  const [isRefused, setRefused] = useState(false);
  const latest = useRef(talk);
  const change = (to: (before: Talk) => Talk): void => setTalk((latest.current = to(latest.current)));
  const following = useRef<Following | null>(null);
  const path = `/api/v1/calls/${encodeURIComponent(callId)}/messages`;

  useEffect(() => {
    let isOver = false;
    change(() => NOTHING);
    const ask = async (): Promise<boolean> => {
      try {
        const answer = await api.send<Messages>('GET', `${path}?${questionOf(latest.current)}&limit=${MOST}`);
        if (isOver) return false;
        change((before) => read(before, answer));
        setOffline(false);
        return !answer.isAll;
      } catch {
        if (!isOver) setOffline(true);
        return false;
      }
    };
    const take = (event: unknown): boolean => {
      const talked = told(latest.current, event);
      if (talked) change(() => talked);
      return talked !== null;
    };
    const now = followChat({ callId, feed, ask, take });
    following.current = now;
    return () => {
      isOver = true;
      now.stop();
    };
  }, [callId, api, feed]);

  const put = async ({ id, text, replyTo, files = [] }: Omit<Unsent, 'failure'>): Promise<void> => {
    const said = { id, text, ...(replyTo === undefined ? {} : { replyTo }) };
    change((before) => sending(before, { ...said, files }));
    try {
      const along = files.length === 0 ? {} : { files: files.map((file) => file.id) };
      await api.send('POST', path, { ...said, ...along });
      following.current?.look();
    } catch (error) {
      change((before) => failed(before, id, failureOf(error)));
    }
  };
  const alter = async (method: 'PATCH' | 'PUT' | 'DELETE', at: string, body?: object): Promise<void> => {
    setRefused(false);
    try {
      await api.send(method, `${path}/${at}`, body);
      following.current?.look();
    } catch {
      setRefused(true);
    }
  };
  return {
    ...talk,
    isOffline,
    isRefused,
    send: (text, more) => void put({ id: crypto.randomUUID(), text, ...more }),
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
