import { MATCH_ROOM, SESSION_ROOM } from '@latido/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { api, callAt, callsQuery, earns, pays, useMe, type CallState, type Me, walletQuery } from './api.ts';
import { useFeed } from './feed.ts';

const POLL_MS = 2_500;
const POLL_BESIDE_FEED_MS = 15_000;
const KEY = 'latido.dismissed';
/** More than anybody is called in the time that a call waits. */
const KEPT = 50;

const waitingQuery = callsQuery({ status: 'waiting', mine: 'true' });
const newestQuery = callsQuery({ mine: 'true' });
const NOBODY: readonly CallState[] = [];

const myself = (call: CallState, me: Me) => call.people.find((person) => person.personId === me.personId);

/** Whether matching made the call: its page offers it, and nobody is rung. */
const isOfSession = ({ roomName }: Pick<CallState, 'roomName'>): boolean => roomName.startsWith(SESSION_ROOM);
const isMatched = ({ roomName }: Pick<CallState, 'roomName'>): boolean => roomName.startsWith(MATCH_ROOM);

/** Whether a call is made to this person: by name, or, in a room that both go to, to who earns. */
export const isCalled = (
  call: Pick<CallState, 'called' | 'people'>,
  { personId }: Pick<Me, 'personId'>,
): boolean =>
  call.called == null
    ? call.people.find((person) => person.personId === personId)?.role === 'earner'
    : call.called === personId;

/**
 * Calls that wait for a person to come: not over, begun by somebody else, and not open in another tab. Where nobody was
 * called by name, whoever earns is. Of somebody who called twice, the call that they wait in now: `calls` are newest first.
 */
export function invitationsOf(calls: readonly CallState[], me: Me): readonly CallState[] {
  const callers = new Set<string>();
  return calls.filter((call) => {
    const mine = myself(call, me);
    if (
      call.status !== 'waiting' ||
      isMatched(call) ||
      isOfSession(call) ||
      !mine ||
      !isCalled(call, me) ||
      mine.state === 'present'
    )
      return false;
    const caller = call.people.find((person) => person.personId !== me.personId)?.personId ?? call.callId;
    if (callers.has(caller)) return false;
    callers.add(caller);
    return true;
  });
}

/** Calls of a person that go on without them: after a reload, from another page, or when the way in had failed. */
export function leftOpenOf(calls: readonly CallState[], me: Me): readonly CallState[] {
  return calls.filter((call) => {
    const mine = myself(call, me);
    // A session has a page of its own, with its door.
    if (isOfSession(call)) return false;
    if (!mine || mine.state === 'present' || call.status === 'ended') return false;
    return call.status !== 'waiting' || (!isMatched(call) && !isCalled(call, me));
  });
}

/** Calls of a person that hold their coins: those that go on and that they pay for, wherever they are open. */
export function holdingOf(calls: readonly CallState[], me: Me): readonly CallState[] {
  return calls.filter((call) => call.status !== 'ended' && myself(call, me)?.role === 'payer');
}

/** Calls that somebody made to this person and that nobody took; who declined has not missed anything. */
export function missedOf(calls: readonly CallState[], me: Me): readonly CallState[] {
  return calls.filter(
    (call) =>
      call.status === 'ended' &&
      call.startedAt === null &&
      !isMatched(call) &&
      !isOfSession(call) &&
      call.endedBy !== me.personId &&
      myself(call, me) !== undefined &&
      isCalled(call, me),
  );
}

/** The newest calls of the person of this page, asked anew when something stirs. */
export function useNewestCalls(): readonly CallState[] {
  const me = useMe();
  const { data, refetch } = useQuery({ ...newestQuery, enabled: Boolean(me) });
  useStir(me?.personId, refetch);
  return data?.items ?? NOBODY;
}

/** The calls that hold coins of the person of this page. */
export function useHolding(isWanted: boolean): readonly CallState[] {
  const me = useMe();
  const { data, refetch } = useQuery({ ...newestQuery, enabled: isWanted && Boolean(me) });
  const client = useQueryClient();
  const ask = useCallback(() => {
    void refetch();
    // What a call held is given back with its end.
    void client.invalidateQueries({ queryKey: walletQuery.queryKey });
  }, [refetch, client]);
  useStir(isWanted ? me?.personId : undefined, ask);
  return useMemo(() => (me && data && isWanted ? holdingOf(data.items, me) : NOBODY), [me, data, isWanted]);
}

/** Who calls. */
export function callerOf(call: CallState, me: Me): string | undefined {
  return call.people.find((person) => person.personId !== me.personId)?.name;
}

/**
 * Calls that wait for the person of this page, asked again whenever the inbox or one of their calls stirs: the events
 * say that something changed, what is open this moment is the server's to say.
 */
export function useInvitations(): readonly CallState[] {
  const me = useMe();
  const feed = useFeed();
  const personId = me?.personId;
  const called = earns(me) || pays(me);
  const { data, refetch } = useQuery({
    ...waitingQuery,
    enabled: called,
    refetchInterval: () => (feed?.connected ? POLL_BESIDE_FEED_MS : POLL_MS),
  });
  useStir(called ? personId : undefined, refetch);
  return useMemo(() => (me && called && data ? invitationsOf(data.items, me) : NOBODY), [me, called, data]);
}

/** Calls that this tab has hung up or seen end: the server's list may say so a moment later. */
const over = new Set<string>();

/** Remembers that a call is over here. */
export function callIsOver(callId: string | undefined): void {
  if (callId !== undefined) over.add(callId);
}

/**
 * Calls of the person of this page that go on without them. Asked for while there is one, and when something stirs;
 * not within a call, where much stirs and nothing would be shown.
 */
export function useLeftOpen(isWanted = true): readonly CallState[] {
  const person = useMe();
  const me = isWanted ? person : null;
  const { data, refetch } = useQuery({
    ...newestQuery,
    enabled: Boolean(me),
    refetchInterval: ({ state }) =>
      me && state.data && leftOpenOf(state.data.items, me).length > 0 ? POLL_MS : false,
  });
  useStir(me?.personId, refetch);
  return useMemo(() => {
    if (!me || !data) return NOBODY;
    return leftOpenOf(data.items, me).filter((call) => !over.has(call.callId));
  }, [me, data]);
}

/** Ends a call from outside of it: the answer of who declines, or of who does not go back. */
export function useEndCall(): (call: CallState) => void {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (call: CallState) => api.send('POST', `${callAt(call.callId)}/end`, {}),
    onSuccess: (_, call) => callIsOver(call.callId),
    onSettled: () => client.invalidateQueries({ queryKey: ['calls'] }),
  });
  return mutate;
}

/** Asks again whenever the inbox or a call of the person stirs. */
function useStir(personId: string | undefined, ask: () => unknown): void {
  const feed = useFeed();
  useEffect(() => {
    if (!feed || personId === undefined) return;
    const channels = [`private-inbox-${personId}`, `private-user-${personId}`];
    const stops = channels.map((channel) => feed.subscribe(channel, () => void ask()));
    return () => stops.forEach((stop) => stop());
  }, [feed, personId, ask]);
}

/** Calls that were waved away stay away, in every tab and after a reload. */
export function useDismissed(): { has: (callId: string) => boolean; add: (callId: string) => void } {
  const [ids, setIds] = useState(readDismissed);
  useEffect(() => {
    const follow = (event: StorageEvent): void => {
      if (event.key === KEY) setIds(readDismissed());
    };
    addEventListener('storage', follow);
    return () => removeEventListener('storage', follow);
  }, []);
  return {
    has: (callId) => ids.includes(callId),
    add: (callId) => {
      const next = [...readDismissed(), ...ids, callId].filter((id, at, all) => all.indexOf(id) === at);
      setIds(next.slice(-KEPT));
      try {
        localStorage.setItem(KEY, JSON.stringify(next.slice(-KEPT)));
      } catch {
        // Storage may be forbidden: then they stay away as long as the page lives.
      }
    },
  };
}

function readDismissed(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
