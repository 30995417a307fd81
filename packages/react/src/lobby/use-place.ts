import { LatidoError } from '@latido/client';
import { LOBBY_STATE, type LobbyPlace } from '@latido/protocol';
import { useCallback, useEffect, useRef, useState } from 'react';
import { EVERY_MS, onBooking } from './follow.ts';
import { keptEntry, keepEntry } from './kept-entry.ts';
import type { LobbyOptions } from './use-lobby.ts';

/** How many signs of life the trace of who waits is drawn from. */
const BEATS_MAX = 24;

/** One's own place at a door, and what one may do. */
export interface LobbyPlaceView {
  /** Null before one has asked. */
  readonly place: LobbyPlace | null;
  /** When the server heard of us, by our clock: epoch ms, ascending. */
  readonly beats: readonly number[];
  readonly isBusy: boolean;
  /** Why the last act was refused. */
  readonly error: unknown;
  ask(): void;
  leave(): void;
}

/**
 * Asks to come into a session, and waits: as long as this is on the page, the server is told every five seconds that somebody does. A
 * reload of the page goes on waiting.
 */
export function useLobbyPlace({ bookingId, personId, api, feed }: LobbyOptions): LobbyPlaceView {
  const [place, setPlace] = useState<LobbyPlace | null>(null);
  const [entryId, setEntryId] = useState<string | null>(null);
  const [beats, setBeats] = useState<readonly number[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const latest = useRef<LobbyPlace | null>(null);
  const at = `/api/v1/bookings/${encodeURIComponent(bookingId)}/lobby`;
  const keep = useCallback((next: LobbyPlace) => {
    if (latest.current !== null && latest.current.serverAt > next.serverAt) return;
    setPlace((latest.current = next));
    setEntryId(next.entryId);
  }, []);
  useEffect(() => {
    setPlace((latest.current = null));
    setBeats([]);
    setEntryId(keptEntry(bookingId, personId));
  }, [bookingId, personId]);
  useEffect(() => {
    if (entryId === null) return undefined;
    keepEntry(bookingId, personId, entryId);
    let isOver = false;
    const beat = async (): Promise<void> => {
      const next = await api.send<LobbyPlace>('POST', at, { entryId }).catch((why: unknown) => {
        const isGone = why instanceof LatidoError && why.code === 'lobby.not_found';
        if (isGone && !isOver) keepEntry(bookingId, personId, null);
        return null;
      });
      if (isOver || next === null) return;
      keep(next);
      setBeats((before) => [...before, Date.now()].slice(-BEATS_MAX));
    };
    void beat();
    const timer = setInterval(() => void beat(), EVERY_MS);
    const stop = onBooking(feed, { bookingId, personId }, (event, { place: told }) => {
      if (event === LOBBY_STATE) keep(told as LobbyPlace);
    });
    return () => {
      isOver = true;
      clearInterval(timer);
      stop();
    };
  }, [entryId, at, bookingId, personId, api, feed, keep]);
  const doing = (method: 'POST' | 'DELETE'): void => {
    setBusy(true);
    setError(null);
    void api
      .send<LobbyPlace>(method, at, method === 'POST' ? {} : undefined)
      .then(keep, setError)
      .finally(() => setBusy(false));
  };
  return { place, beats, isBusy, error, ask: () => doing('POST'), leave: () => doing('DELETE') };
}
