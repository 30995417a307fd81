import type { Recordings } from '@latido/protocol';
import { useQuery } from '@tanstack/react-query';
import { api, callAt } from '../../app/api.ts';

type Recording = Recordings['items'][number];
type Part = Recording['parts'][number];

/** What was recorded of a call; undefined while it is not known. */
export function useRecorded(callId: string): readonly Recording[] | undefined {
  const { data } = useQuery({
    queryKey: ['recordings', callId],
    queryFn: () => api.send<Recordings>('GET', `${callAt(callId)}/recordings`),
  });
  return data?.items;
}

/** The files that are there, by the clock. */
export function filmsOf(recordings: readonly Recording[]) {
  return recordings
    .filter(({ deletedAt }) => deletedAt === null)
    .flatMap((recording) => recording.parts.map((part) => ({ recording, part, ...spanOf(part) })));
}

/** Whether an instant is in one of them. */
export function isFilmed(films: ReturnType<typeof filmsOf>, at: number): boolean {
  return films.some(({ fromAt, toAt }) => fromAt <= at && at <= toAt);
}

function spanOf({ startedAt, durationMs }: Part) {
  const fromAt = Date.parse(startedAt);
  return { fromAt, toAt: fromAt + (durationMs ?? 0) };
}
