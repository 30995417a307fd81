import type { Recording, Recordings } from '@latido/protocol';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Api, Feed } from '../call/follow.ts';

/** Beside a feed a lost event is caught so late; without one everything is. */
const POLL_MS = { besideFeed: 10_000, alone: 2_000 };

/** Which call's recordings, and how the server is reached. */
export interface RecordingsOptions {
  readonly callId: string;
  readonly api: Api;
  readonly feed?: Feed | undefined;
  /** Whether the call is over: then nothing changes by itself but the end of a film that is being written. */
  readonly isOver?: boolean;
}

/** The recordings of a call, and what may be done with them. */
export interface CallRecordings {
  /** Null until they are read. */
  readonly list: Recordings | null;
  /** Whether they were read, or could not be. */
  readonly isRead: boolean;
  /** The one that is asked for, or goes on. */
  readonly open: Recording | null;
  /** The one that was open here, and is over. */
  readonly over: Recording | null;
  /** Whether the last act was refused. */
  readonly isRefused: boolean;
  ask(): void;
  answer(yes: boolean): void;
  stop(): void;
  /** After a no: it goes on once those who said it have left. */
  goOn(): void;
  remove(id: string): void;
}

/** Follows the recordings of a call. */
export function useRecordings({ callId, api, feed, isOver = false }: RecordingsOptions): CallRecordings {
  const [list, setList] = useState<Recordings | null>(null);
  const [isRead, setRead] = useState(false);
  const [isRefused, setRefused] = useState(false);
  const at = `/api/v1/calls/${encodeURIComponent(callId)}/recordings`;
  const asked = useRef(0);
  const read = useCallback(async (): Promise<void> => {
    const turn = (asked.current += 1);
    const read = await api.send<Recordings>('GET', at).catch(() => null);
    // An answer that was overtaken is older than what is shown.
    if (read && turn === asked.current) setList(read);
    setRead(true);
  }, [api, at]);
  useEffect(() => void read(), [read]);
  const isWriting = list?.items.some((each) => each.isWriting) ?? false;
  useEffect(() => {
    if (isOver && !isWriting) return undefined;
    const poll = setInterval(() => void read(), feed?.connected ? POLL_MS.besideFeed : POLL_MS.alone);
    const unsubscribe = feed?.subscribe(`presence-call-${callId}`, (event) => {
      if (event === 'recording.changed') void read();
    });
    return () => {
      clearInterval(poll);
      unsubscribe?.();
    };
  }, [read, feed, callId, isOver, isWriting]);
  const act = (method: 'POST' | 'DELETE', path: string, body?: object): void => {
    setRefused(false);
    void api
      .send(method, at + path, body)
      .catch(() => setRefused(true))
      .then(read);
  };
  const open = list?.items.find(({ state }) => state === 'asked' || state === 'recording') ?? null;
  const wasOpen = useRef<string | null>(null);
  if (open) wasOpen.current = open.id;
  const over = (open === null && list?.items.find(({ id }) => id === wasOpen.current)) || null;
  return {
    list,
    isRead,
    open,
    over,
    isRefused,
    ask: () => act('POST', ''),
    answer: (yes) => open && act('POST', `/${open.id}/consent`, { yes }),
    stop: () => open && act('POST', `/${open.id}/stop`),
    goOn: () => open && act('POST', `/${open.id}/go-on`),
    remove: (id) => act('DELETE', `/${encodeURIComponent(id)}`),
  };
}
