import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, callAt } from '../../app/api.ts';

/** A fact as it is stored. */
export interface Told {
  readonly seq: string;
  readonly source: string;
  readonly type: string;
  readonly identity: string | null;
  readonly occurredAt: string;
  readonly receivedAt: string;
}

const POLL_MS = 1_000;
const SHOWN = 60;

/** The facts of a call, the newest first, as they come in: each question goes on where the last answer ended. */
export function useFacts(callId: string): readonly Told[] {
  const told = useRef<readonly Told[]>([]);
  useQuery({
    queryKey: ['admin', 'facts', callId],
    queryFn: async () => {
      const after = told.current[0]?.seq;
      const query = after === undefined ? '' : `?cursor=${after}`;
      const { items } = await api.send<{ items: readonly Told[] }>('GET', `${callAt(callId)}/facts${query}`);
      told.current = [...items.toReversed(), ...told.current].slice(0, SHOWN);
      return told.current.length === 0 ? null : told.current[0];
    },
    refetchInterval: POLL_MS,
    gcTime: 0,
  });
  return told.current;
}
