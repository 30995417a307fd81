import type { MatchingState } from '@latido/protocol';
import { MATCHING_STATE } from '@latido/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useMe } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { useSentence } from '../../app/sentence.ts';
import { useToast } from '../../ui/toast.tsx';
import { standingQuery, startBeats, STANDING } from './beats.ts';
import { thisPage } from './say.ts';
import { asStanding, newerOf, type Standing } from './standing.ts';

const BEATS_KEPT = 40;

/** Where the person of this page stands: asked every three seconds, and told in between. */
export function useStanding() {
  const me = useMe();
  const feed = useFeed();
  const client = useQueryClient();
  const [beats, setBeats] = useState<readonly number[]>([]);
  const take = useCallback(
    (state: MatchingState) =>
      client.setQueryData<Standing>(STANDING, (before) => newerOf(before, asStanding(state))),
    [client],
  );
  const asked = useQuery(
    standingQuery(client, thisPage(), () => setBeats((old) => [...old, Date.now()].slice(-BEATS_KEPT))),
  );
  const { refetch } = asked;
  useEffect(() => {
    const beats = startBeats({ refetch });
    return () => beats.stop();
  }, [refetch]);
  const personId = me?.personId;
  useEffect(() => {
    if (!feed || personId === undefined) return;
    return feed.subscribe(`private-user-${personId}`, (event, payload) => {
      if (event === MATCHING_STATE) take(payload as MatchingState);
    });
  }, [feed, personId, take]);
  return { asked, beats, take, page: thisPage() };
}

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
      void client.invalidateQueries({ queryKey: STANDING });
    },
  });
  const tell = (speak: () => Promise<MatchingState>): Promise<MatchingState | null> => {
    const answer = before.current.then(() => mutateAsync(speak).catch(() => null));
    before.current = answer;
    return answer;
  };
  return { tell, isPending, refusal: error };
}
