import { NoAnswer } from '@latido/client';
import type { AskToBeTold, GoOnAir, LookFor, MatchingState } from '@latido/protocol';
import { MATCHING_STATE } from '@latido/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, useMe } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { useSentence } from '../../app/sentence.ts';
import { useToast } from '../../ui/toast.tsx';
import { nameOfPage } from './own-page.ts';
import { asStanding, newerOf, type Standing } from './standing.ts';

/** Asking is this page's sign of life: three lost in a row, and nobody is offered to it. */
const BEAT_MS = 3_000;
const ANSWER_WITHIN_MS = 8_000;
const BEATS_KEPT = 40;
const KEY = ['matching'] as const;

/** This tab, for as long as it is open. */
let page: string | null = null;
const thisPage = (): string => (page ??= nameOfPage());

/** A cut line answers nothing at all, and a request that hangs would keep the next sign of life from being sent. */
async function within<T>(answer: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new NoAnswer('late')), ANSWER_WITHIN_MS);
  });
  return await Promise.race([answer, late]);
}

/** Where the person of this page stands: asked every three seconds, and told in between. */
export function useStanding() {
  const me = useMe();
  const feed = useFeed();
  const client = useQueryClient();
  const [beats, setBeats] = useState<readonly number[]>([]);
  const take = useCallback(
    (state: MatchingState) =>
      client.setQueryData<Standing>(KEY, (before) => newerOf(before, asStanding(state))),
    [client],
  );
  const asked = useQuery({
    queryKey: KEY,
    queryFn: async () => {
      const state = await within(api.send<MatchingState>('GET', `/api/v1/matching?page=${thisPage()}`));
      setBeats((old) => [...old, Date.now()].slice(-BEATS_KEPT));
      return newerOf(client.getQueryData<Standing>(KEY), asStanding(state));
    },
    refetchInterval: BEAT_MS,
    // A page that nobody looks at waits as well.
    refetchIntervalInBackground: true,
    staleTime: 0,
  });
  const personId = me?.personId;
  useEffect(() => {
    if (!feed || personId === undefined) return;
    return feed.subscribe(`private-user-${personId}`, (event, payload) => {
      if (event === MATCHING_STATE) take(payload as MatchingState);
    });
  }, [feed, personId, take]);
  return { asked, beats, take, page: thisPage() };
}

const post = (path: string, body?: unknown) => api.send<MatchingState>('POST', path, body ?? {});

/** What somebody can say; each answers with where they stand then. */
export const say = {
  look: (wish: LookFor) => post('/api/v1/matching/waiting', { ...wish, page: thisPage() }),
  goOnAir: (wish: GoOnAir) => post('/api/v1/matching/on-air', { ...wish, page: thisPage() }),
  tellMe: (wish: AskToBeTold) => post('/api/v1/matching/tell-me', wish),
  tellMeNot: () => api.send<MatchingState>('DELETE', '/api/v1/matching/tell-me'),
  stopLooking: () => api.send<MatchingState>('DELETE', '/api/v1/matching/waiting'),
  pause: () => api.send<MatchingState>('DELETE', '/api/v1/matching/on-air'),
  answer: (offerId: string, word: 'accept' | 'skip') =>
    post(`/api/v1/matching/offers/${encodeURIComponent(offerId)}/${word}`),
  next: (roomName: string) => post('/api/livekit/next-user', { roomName }),
  useHere: () => post('/api/v1/matching/page', { page: thisPage() }),
} as const;

/**
 * Says things to the server one after the other; a refusal is told, and where one stands is asked anew. What is told to the page may
 * arrive before the answer to what it said: a press in between waits, and is not lost.
 */
export function useSay(take: (state: MatchingState) => unknown) {
  const sentence = useSentence();
  const toast = useToast();
  const client = useQueryClient();
  const before = useRef<Promise<unknown>>(Promise.resolve());
  const { mutateAsync, isPending, error } = useMutation({
    mutationFn: (speak: () => Promise<MatchingState>) => speak(),
    onSuccess: take,
    onError: (error) => {
      toast({ text: sentence(error), tone: 'danger' });
      void client.invalidateQueries({ queryKey: KEY });
    },
  });
  const tell = (speak: () => Promise<MatchingState>): Promise<MatchingState | null> => {
    const answer = before.current.then(() => mutateAsync(speak).catch(() => null));
    before.current = answer;
    return answer;
  };
  return { tell, isPending, refusal: error };
}
