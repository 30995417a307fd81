import { LOBBY_CHANGED, type Lobby, type LobbyEntry } from '@latido/protocol';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Api, Feed } from '../call/follow.ts';
import { EVERY_MS, onBooking } from './follow.ts';

/** Which session's door, and how the server is reached. */
export interface LobbyOptions {
  readonly bookingId: string;
  /** Who reads, a host of the session. */
  readonly personId: string;
  readonly api: Api;
  /** A live connection; without one the door is looked at every five seconds. */
  readonly feed?: Feed | null | undefined;
}

/** What a host does with somebody at the door, or within. */
export type LobbyAct = 'admit' | 'deny' | 'remove' | 'send-back';

/** The lobby as its host sees it, and what they may do. */
export interface LobbyView {
  /** Null until it is read. */
  readonly lobby: Lobby | null;
  /** Who waits, in the order of asking. */
  readonly waiting: readonly LobbyEntry[];
  /** While something is under way. */
  readonly isBusy: boolean;
  /** Why the last act was refused. */
  readonly error: unknown;
  /** Each of them in turn. `sentence` is read by who is denied. */
  act(entries: readonly LobbyEntry[], what: LobbyAct, sentence?: string): void;
  /** Writes to who waits: to all, or to one. Resolves to whether it was sent. */
  write(text: string, entryId?: string): Promise<boolean>;
}

/** Follows the lobby of a session, for one of its hosts. */
export function useLobby({ bookingId, personId, api, feed }: LobbyOptions): LobbyView {
  const [lobby, setLobby] = useState<Lobby | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const at = `/api/v1/bookings/${encodeURIComponent(bookingId)}/lobby`;
  const keep = useCallback((next: Lobby) => {
    // An answer that was overtaken is older than what is shown.
    setLobby((before) => (before !== null && before.serverAt > next.serverAt ? before : next));
  }, []);
  const of = useRef(at);
  of.current = at;
  useEffect(() => {
    setLobby(null);
    const look = (): void =>
      void api
        .send<Lobby>('GET', at)
        .then((next) => of.current === at && keep(next))
        .catch(() => undefined);
    look();
    const poll = setInterval(look, EVERY_MS);
    const stop = onBooking(feed, { bookingId, personId }, (event) => {
      if (event === LOBBY_CHANGED || event.startsWith('booking.')) look();
    });
    return () => {
      clearInterval(poll);
      stop();
    };
  }, [at, bookingId, personId, api, feed, keep]);
  const waiting = useMemo(() => (lobby?.items ?? []).filter(({ position }) => position !== null), [lobby]);
  const doing = async (work: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    setError(null);
    const refusal = await work().then(
      () => null,
      (why: unknown) => ({ why }),
    );
    setBusy(false);
    if (refusal) setError(refusal.why);
    return refusal === null;
  };
  return {
    lobby,
    waiting,
    isBusy,
    error,
    act: (entries, what, sentence = '') =>
      void doing(async () => {
        const body = sentence.trim() === '' ? {} : { sentence: sentence.trim() };
        for (const { entryId } of entries)
          keep(await api.send<Lobby>('POST', `${at}/${encodeURIComponent(entryId)}/${what}`, body));
      }),
    write: (text, entryId) =>
      doing(async () => {
        const body = { text: text.trim(), ...(entryId === undefined ? {} : { entryId }) };
        keep(await api.send<Lobby>('POST', `${at}/messages`, body));
      }),
  };
}
