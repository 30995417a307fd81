import type { MediaChoice } from '@latido/react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { keepMedia } from '../../app/accepted.ts';
import { callQuery } from '../../app/api.ts';

/** The call that this tab is in, as it outlives a reload of the page. */
export interface KeptCall {
  readonly callId: string;
  readonly roomName: string;
  readonly media: MediaChoice;
}

const KEY = 'latido.call';

let media: MediaChoice | null = null;

/**
 * Keeps the call in this tab's own storage; null forgets it. What of us is on in it is what the next call begins with: nobody who had
 * turned their camera off is seen because they called again.
 */
export function keepCall(call: KeptCall | null): void {
  // Told twice a second, and changed by a press.
  if (call && call.media !== media) keepMedia(call.media);
  media = call?.media ?? null;
  try {
    if (call) sessionStorage.setItem(KEY, JSON.stringify(call));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage may be forbidden: then the way back is the shell's, which asks the server for open calls.
  }
}

/** What was kept, if it can be read and the page was really loaded again: a copied tab must not take the call over. */
export function readKeptCall(navigation = navigationType()): KeptCall | null {
  if (navigation !== 'reload' && navigation !== 'back_forward') return null;
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Partial<KeptCall> | null;
    const { callId, roomName, media } = kept ?? {};
    if (typeof callId !== 'string' || typeof roomName !== 'string' || !isMedia(media)) return null;
    return { callId, roomName, media };
  } catch {
    return null;
  }
}

const isMedia = (media: unknown): media is MediaChoice => typeof media === 'object' && media !== null;

function navigationType(): string | undefined {
  const [entry] = performance.getEntriesByType('navigation');
  return (entry as PerformanceNavigationTiming | undefined)?.type;
}

/**
 * The call to go back into after a reload: undefined while the server is asked whether it still goes on, null when
 * there is none. `room` is the address's: a page of another room is no way back.
 */
export function useCallBefore(room: string | undefined): KeptCall | null | undefined {
  const client = useQueryClient();
  const [kept] = useState(() => {
    const found = readKeptCall();
    return found && (room === undefined || room === found.roomName) ? found : null;
  });
  const asked = useQuery({
    ...callQuery(kept?.callId ?? ''),
    enabled: kept !== null,
    staleTime: 0,
    refetchInterval: false,
  });
  const over = asked.isError || asked.data?.status === 'ended';
  useEffect(() => {
    if (!kept || !over) return;
    keepCall(null);
    void client.invalidateQueries({ queryKey: ['calls'] });
  }, [kept, over, client]);
  if (!kept || over) return null;
  return asked.data ? kept : undefined;
}
