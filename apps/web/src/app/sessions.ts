import type {
  Availability,
  Booking,
  ChatMessage,
  MentorShown,
  Messages,
  Offering,
  Slots,
} from '@latido/protocol';
import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, useMe } from './api.ts';
import { useFeed } from './feed.ts';

export type { Availability, Booking, ChatMessage, MentorShown, Offering };

const path = encodeURIComponent;
const KEY = 'sessions';
/** Beside the live connection, which tells sooner. */
const LOOK_EVERY_MS = 15_000;

/** Sessions of the reader: those to come, or those that are over. */
export const sessionsQuery = (isPast: boolean) =>
  queryOptions({
    queryKey: [KEY, 'list', isPast],
    queryFn: () =>
      api.send<{ items: readonly Booking[]; nextCursor: string | null }>(
        'GET',
        `/api/v1/bookings?limit=100&past=${String(isPast)}`,
      ),
    refetchInterval: LOOK_EVERY_MS,
  });

/** One session. */
export const sessionQuery = (id: string) =>
  queryOptions({
    queryKey: [KEY, 'one', id],
    queryFn: () => api.send<Booking>('GET', `/api/v1/bookings/${path(id)}`),
    refetchInterval: LOOK_EVERY_MS,
  });

/** What was written in a session's call. */
export const messagesQuery = (callId: string) =>
  queryOptions({ queryKey: [KEY, 'messages', callId], queryFn: () => allMessages(callId) });

async function allMessages(callId: string): Promise<ChatMessage[]> {
  const all: ChatMessage[] = [];
  let after = 0;
  for (;;) {
    const at = `/api/v1/calls/${path(callId)}/messages?after=${after}&limit=200`;
    const { items, isAll, nextAfter } = await api.send<Messages>('GET', at);
    all.push(...items);
    if (isAll) return all;
    after = nextAfter;
  }
}

/** A mentor, and what they offer. */
export const mentorQuery = (personId: string) =>
  queryOptions({
    queryKey: [KEY, 'mentor', personId],
    queryFn: () => api.send<MentorShown>('GET', `/api/v1/mentors/${path(personId)}`),
  });

/** Times of an offering that can be booked. */
export const slotsQuery = (personId: string, offeringId: string) =>
  queryOptions({
    queryKey: [KEY, 'slots', personId, offeringId],
    queryFn: () =>
      api.send<Slots>('GET', `/api/v1/mentors/${path(personId)}/slots?offeringId=${path(offeringId)}`),
    refetchInterval: LOOK_EVERY_MS,
  });

/** The reader's own hours. */
export const hoursQuery = queryOptions({
  queryKey: [KEY, 'hours'],
  queryFn: () => api.send<Availability>('GET', '/api/v1/availability'),
});

/** Does something with a session: start, end, cancel, reschedule. */
export const actOn = <T = Booking>(id: string, what: string, body: object = {}): Promise<T> =>
  api.send<T>('POST', `/api/v1/bookings/${path(id)}/${what}`, body);

/** Books a time. */
export const bookTime = (offeringId: string, startsAt: string, topic: string): Promise<Booking> =>
  api.send('POST', '/api/v1/bookings', { offeringId, startsAt, ...(topic === '' ? {} : { topic }) });

/** Reads sessions anew whenever the server tells of a change. */
export function useSessionNews(): void {
  const client = useQueryClient();
  const feed = useFeed();
  const me = useMe();
  const channel = me ? `private-user-${me.personId}` : null;
  useEffect(() => {
    if (!feed || channel === null) return undefined;
    return feed.subscribe(channel, (event) => {
      if (event.startsWith('booking.') || event.startsWith('lobby.'))
        void client.invalidateQueries({ queryKey: [KEY] });
    });
  }, [feed, channel, client]);
}
