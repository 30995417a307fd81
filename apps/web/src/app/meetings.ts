import type { Meeting, RoomShown } from '@latido/protocol';
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api } from './api.ts';

/** What of the index is shown; days as `2026-11-27`, in the reader's own zone. */
export interface IndexFilter {
  readonly room: string;
  readonly from: string;
  readonly to: string;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

const REFRESH_MS = 15_000;

/** The instant at which a day begins where the reader is, `after` days later; undefined for what is no day. */
export function startOfDay(day: string, after = 0): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  if (!year || !month || !date) return undefined;
  return new Date(year, month - 1, date + after).toISOString();
}

/** The filter as a query; `more` is added to it. */
export function indexQuery(
  filter: IndexFilter,
  name: 'room' | 'q',
  more: Record<string, string> = {},
): string {
  const from = startOfDay(filter.from);
  const to = startOfDay(filter.to, 1);
  const room = filter.room.trim();
  const wanted = {
    ...(room === '' ? {} : { [name]: room }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...more,
  };
  const query = new URLSearchParams(wanted).toString();
  return query === '' ? '' : `?${query}`;
}

const cursorOf = (cursor: string | undefined): Record<string, string> =>
  cursor === undefined ? {} : { cursor };

/** Meetings, the newest first. */
export const meetingsQuery = (filter: IndexFilter) =>
  infiniteQueryOptions({
    queryKey: ['meetings', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      api.send<Page<Meeting>>('GET', `/api/v1/meetings${indexQuery(filter, 'room', cursorOf(pageParam))}`),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

/** Rooms, the latest first. */
export const roomsQuery = (filter: IndexFilter) =>
  infiniteQueryOptions({
    queryKey: ['rooms', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      api.send<Page<RoomShown>>('GET', `/api/v1/rooms${indexQuery(filter, 'q', cursorOf(pageParam))}`),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

/** Makes a key that reads attendance; gives it, this once. */
export async function makeAttendanceKey(name: string): Promise<string> {
  const made = await api.send<{ key: string }>('POST', '/api/v1/api-keys', {
    name,
    scopes: ['attendance:read'],
  });
  return made.key;
}

/** Meetings day by day, as the reader's clock has it. */
export function byDay(
  meetings: readonly Meeting[],
): readonly (readonly [day: string, meetings: readonly Meeting[]])[] {
  const days = new Map<string, Meeting[]>();
  for (const meeting of meetings) {
    const day = new Date(meeting.startedAt).toDateString();
    const had = days.get(day);
    if (had) had.push(meeting);
    else days.set(day, [meeting]);
  }
  return [...days];
}

export type { Meeting, RoomShown };
