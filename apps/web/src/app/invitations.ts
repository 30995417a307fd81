import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { callsQuery, earns, useMe, type CallState, type Me } from './api.ts';
import { useFeed } from './feed.ts';

const POLL_MS = 2_500;
const POLL_BESIDE_FEED_MS = 15_000;
const KEY = 'latido.dismissed';
/** More than anybody is called in the time that a call waits. */
const KEPT = 50;

const waitingQuery = callsQuery({ status: 'waiting' });
const NOBODY: readonly CallState[] = [];

const myself = (call: CallState, me: Me) => call.people.find((person) => person.personId === me.personId);

/** Calls that wait for a person to come and earn: not over, begun by somebody else, and not open in another tab. */
export function invitationsOf(calls: readonly CallState[], me: Me): readonly CallState[] {
  return calls.filter((call) => {
    const mine = myself(call, me);
    return call.status === 'waiting' && mine?.role !== 'payer' && mine?.state !== 'present';
  });
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
  const called = earns(me);
  const { data, refetch } = useQuery({
    ...waitingQuery,
    enabled: called,
    refetchInterval: () => (feed?.connected ? POLL_BESIDE_FEED_MS : POLL_MS),
  });
  useEffect(() => {
    if (!feed || !called || personId === undefined) return;
    const channels = [`private-inbox-${personId}`, `private-user-${personId}`];
    const stops = channels.map((channel) => feed.subscribe(channel, () => void refetch()));
    return () => stops.forEach((stop) => stop());
  }, [feed, called, personId, refetch]);
  return useMemo(() => (me && called && data ? invitationsOf(data.items, me) : NOBODY), [me, called, data]);
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
