import { NoAnswer, startTicker, type Ticker } from '@latido/client';
import type { MatchingState } from '@latido/protocol';
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { api } from '../../app/api.ts';
import { asStanding, newerOf, type Standing } from './standing.ts';

/** Asking is this page's sign of life: three lost in a row, and nobody is offered to it. */
const BEAT_MS = 3_000;
const ANSWER_WITHIN_MS = 8_000;

/** Where it is kept where somebody stands. */
export const STANDING = ['matching'] as const;

/** A cut line answers nothing at all, and what hangs would keep everything that is said after it from being sent. */
export async function within<T>(answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer('late')), ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks where somebody stands; `heard` is called at each answer. */
export const standingQuery = (client: QueryClient, page: string, heard: () => void) =>
  queryOptions({
    queryKey: STANDING,
    queryFn: async () => {
      const state = await within(api.send<MatchingState>('GET', `/api/v1/matching?page=${page}`));
      heard();
      return newerOf(client.getQueryData<Standing>(STANDING), asStanding(state));
    },
    staleTime: 0,
    // The next sign is the other try: one of the query's own waits, on a hidden page, until somebody looks at it.
    ...(client.getQueryData(STANDING) === undefined ? {} : { retry: false }),
  });

/** Asks again and again, until stopped: by a Worker, since the timers of a hidden page come once a minute, and a place is lost by then. */
export function startBeats(asked: { refetch(how: { cancelRefetch: boolean }): unknown }): Ticker {
  // What is on its way is a sign, too: on a slow line a new one would throw away each answer before it has come.
  return startTicker(BEAT_MS, () => void asked.refetch({ cancelRefetch: false }));
}
