import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { api } from './api.ts';

const ASK_EVERY_MS = 4_000;
const KEPT = 20;

/** Answers of the server to this page, as beats; asked while the page is in sight. */
export function useServerBeats(): readonly number[] {
  const beats = useRef<readonly number[]>([]);
  const { dataUpdatedAt } = useQuery({
    queryKey: ['server beats'],
    queryFn: () => api.send<unknown>('GET', '/api/v1/realtime'),
    refetchInterval: ASK_EVERY_MS,
    staleTime: 0,
  });
  if (dataUpdatedAt > (beats.current.at(-1) ?? 0))
    beats.current = [...beats.current, dataUpdatedAt].slice(-KEPT);
  return beats.current;
}
