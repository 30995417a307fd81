import { channelOf, ROOM_CHANGED, TURNED_OFF, type SessionRoom } from '@latido/protocol';
import { queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, useMe } from './api.ts';
import { useFeed } from './feed.ts';

export type { SessionRoom };

/** What a host turns off for others. */
export type Source = 'microphone' | 'camera';

const path = encodeURIComponent;
/** Beside the live connection, which tells sooner. */
const LOOK_EVERY_MS = 15_000;

const roomQuery = (id: string) =>
  queryOptions({
    queryKey: ['sessions', 'room', id],
    queryFn: () => api.send<SessionRoom>('GET', `/api/v1/bookings/${path(id)}/room`),
    refetchInterval: LOOK_EVERY_MS,
  });

/** Changes the room of a session: a hand, the lock, who is host. What is answered is shown. */
export async function changeRoom(
  client: QueryClient,
  id: string,
  { method, at, body }: { method: 'PUT' | 'DELETE' | 'POST'; at: string; body?: object },
): Promise<void> {
  keep(client, id, await api.send<SessionRoom>(method, `/api/v1/bookings/${path(id)}/room/${at}`, body));
}

/** The later one counts: an answer and an event may overtake each other. */
function keep(client: QueryClient, id: string, room: SessionRoom): void {
  client.setQueryData(roomQuery(id).queryKey, (before) =>
    before !== undefined && before.serverAt > room.serverAt ? before : room,
  );
}

/** The room of a session as it is now, once its call is known; `onTurnedOff` is told when a host turned something of one's own off. */
export function useSessionRoom(
  { id, callId }: { id: string; callId: string | null },
  onTurnedOff: (off: { source: Source; byName: string }) => void,
): SessionRoom | undefined {
  const client = useQueryClient();
  const feed = useFeed();
  const me = useMe();
  const own = me ? channelOf.user(me.personId) : null;
  useEffect(() => {
    if (!feed || callId === null) return undefined;
    return feed.subscribe(channelOf.callPresence(callId), (event, payload) => {
      if (event === ROOM_CHANGED) keep(client, id, (payload as { room: SessionRoom }).room);
    });
  }, [feed, callId, client, id]);
  useEffect(() => {
    if (!feed || own === null) return undefined;
    return feed.subscribe(own, (event, payload) => {
      const off = payload as { bookingId: string; source: Source; byName: string };
      if (event === TURNED_OFF && off.bookingId === id) onTurnedOff(off);
    });
  }, [feed, own, id, onTurnedOff]);
  return useQuery({ ...roomQuery(id), enabled: callId !== null }).data;
}
