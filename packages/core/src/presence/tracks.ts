import { closeSpans, intersectSpans, type OpenSpan, type Span } from '../kernel/spans.ts';
import type { Fact } from './fact.ts';

/** What a track shows: a camera, a microphone or a shared screen. */
export type MediaKind = 'camera' | 'microphone' | 'screen';

/**
 * What LiveKit told of one track. Instants are epoch ms. `fromAt` is null where no webhook told that it was published, `toAt` while
 * it is, or where no webhook told of its end.
 */
export type TrackSaid = readonly [sid: string, kind: MediaKind, fromAt: number | null, toAt: number | null];

/** So many tracks of one participant sid are kept: a row that grew with every click would be written ever more slowly. */
const TRACKS_MOST = 100;
const SID_LENGTH_MOST = 64;

/** LiveKit's TrackSource, by name and by number. The sound of a screen is of the screen, which is counted by its picture. */
const KIND_OF_SOURCE: Readonly<Record<string, MediaKind>> = {
  CAMERA: 'camera',
  1: 'camera',
  MICROPHONE: 'microphone',
  2: 'microphone',
  SCREEN_SHARE: 'screen',
  3: 'screen',
};

/** Adds a track event to what is known of the tracks: the earliest begin, the latest end, the first by their sids (PRES-R12). */
export function absorbTrack(tracks: readonly TrackSaid[], fact: Fact): readonly TrackSaid[] {
  const said = trackOf(fact);
  if (said === null) return tracks;
  const [sid, kind, fromAt, toAt] = said;
  const had = tracks.find((one) => one[0] === sid);
  const others = tracks.filter((one) => one !== had);
  const [, hadKind = kind, hadFromAt = null, hadToAt = null] = had ?? [];
  const track: TrackSaid = [
    sid,
    hadKind < kind ? hadKind : kind,
    hadFromAt === null || fromAt === null ? (hadFromAt ?? fromAt) : Math.min(hadFromAt, fromAt),
    hadToAt === null || toAt === null ? (hadToAt ?? toAt) : Math.max(hadToAt, toAt),
  ];
  return [...others, track].toSorted((a, b) => (a[0] < b[0] ? -1 : 1)).slice(0, TRACKS_MOST);
}

/** When media of a kind was published, inside the time that counts. A track of which only the end was told counts nothing. */
export function publishedSpans(
  tracks: readonly TrackSaid[],
  kind: MediaKind,
  within: readonly Span[],
): Span[] {
  const own = tracks.flatMap(([, is, fromAt, toAt]): OpenSpan[] =>
    is === kind && fromAt !== null ? [[fromAt, toAt]] : [],
  );
  const untilAt = within.at(-1)?.[1];
  return own.length === 0 || untilAt === undefined ? [] : intersectSpans(closeSpans(own, untilAt), within);
}

function trackOf({ payload, type, occurredAt }: Fact): TrackSaid | null {
  const track = payload['track'];
  if (typeof track !== 'object' || track === null) return null;
  const { sid, source } = track as Readonly<Record<string, unknown>>;
  const kind = KIND_OF_SOURCE[String(source)];
  if (typeof sid !== 'string' || sid === '' || sid.length > SID_LENGTH_MOST || kind === undefined)
    return null;
  return type === 'track_published' ? [sid, kind, occurredAt, null] : [sid, kind, null, occurredAt];
}
