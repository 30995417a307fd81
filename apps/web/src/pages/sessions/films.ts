import type { Recordings } from '@latido/protocol';
import { useQuery } from '@tanstack/react-query';
import { api, callAt } from '../../app/api.ts';

type Recording = Recordings['items'][number];
type Part = Recording['parts'][number];

const LOOK_AGAIN_MS = 2_000;
const CLOSES_WITHIN_MS = 120_000;

/** What was recorded of a call; undefined while it is not known. Who comes here from the call is there before its file is closed. */
export function useRecorded(callId: string): readonly Recording[] | undefined {
  const { data } = useQuery({
    queryKey: ['recordings', callId],
    queryFn: () => api.send<Recordings>('GET', `${callAt(callId)}/recordings`),
    refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? LOOK_AGAIN_MS : false),
  });
  return data?.items;
}

/** Whether its files are still being written: of one that has just been stopped the last may not be there, or not closed. */
function isUnderWay({ state, parts, endedAt }: Recording): boolean {
  if (state === 'recording' || state === 'asked') return true;
  const isJustOver = endedAt !== null && Date.now() - Date.parse(endedAt) < CLOSES_WITHIN_MS;
  return isJustOver && (parts.length === 0 || parts.some(({ durationMs }) => durationMs === null));
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
