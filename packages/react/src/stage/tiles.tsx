import {
  isTrackReference,
  useRemoteParticipants,
  useTracks,
  VideoTrack,
  type TrackReferenceOrPlaceholder,
} from '@livekit/components-react';
import { Track, type Room } from 'livekit-client';
import type { CSSProperties, JSX, ReactNode } from 'react';
import { useLabels } from '../labels-context.ts';
import { initialsOf } from '../parts/format.ts';
import { MicIcon } from '../parts/icons.tsx';
import { Trace } from '../parts/trace.tsx';
import { OwnPicture, SelfView } from './self-view.tsx';

const SOURCES = [Track.Source.Camera, Track.Source.ScreenShare];

/** Cameras and shared screens of the others; a person without a camera is there as a placeholder. */
export function useRemoteTiles(room: Room): TrackReferenceOrPlaceholder[] {
  const people = useRemoteParticipants({ room });
  const tracks = useTracks(SOURCES, { room, onlySubscribed: false });
  const remote = tracks.filter((track) => !track.participant.isLocal);
  const seen = new Set(
    remote.filter((track) => track.source === Track.Source.Camera).map((track) => track.participant.identity),
  );
  // Placeholders of our own: useTracks makes none for a person who never published anything.
  const unseen = people.filter((participant) => !seen.has(participant.identity));
  return [...remote, ...unseen.map((participant) => ({ participant, source: Track.Source.Camera }))];
}

interface TileProps {
  readonly track: TrackReferenceOrPlaceholder;
  readonly first: boolean;
  /** Of whoever is in the picture; drawn where there are several, since the head of the call has one trace alone. */
  readonly beats: readonly number[] | null;
}

/** Somebody's picture, with their name and whether they are heard. */
export function Tile({ track, first, beats }: TileProps): JSX.Element {
  const { participant } = track;
  const labels = useLabels();
  const name = participant.name || participant.identity;
  const silent = track.source === Track.Source.Camera && !participant.isMicrophoneEnabled;
  const shows = isTrackReference(track) && !track.publication.isMuted;
  return (
    <figure className="lt-tile" data-source={track.source}>
      {/* Also beneath a picture: until its first frame has come a video is see-through. */}
      <div className="lt-avatar" aria-hidden>
        {initialsOf(name)}
      </div>
      {shows && <VideoTrack trackRef={track} data-testid={first ? 'remote-video' : 'remote-video-more'} />}
      <figcaption>
        <span className="lt-tile-name" data-testid="tile-name">
          <span title={name}>{name}</span>
          {beats && <Trace beats={beats} lastProofAt={beats.at(-1) ?? null} width={56} height={16} />}
        </span>
        {silent && (
          <span className="lt-tile-off" data-testid="tile-mic-off">
            <MicIcon off />
            <span>{labels.noMicrophone}</span>
          </span>
        )}
      </figcaption>
    </figure>
  );
}

/** A call of several, to be drawn. */
export interface GroupStage {
  readonly room: Room;
  /** Proofs of life of each connection, by its identity in the room. */
  readonly beats: ReadonlyMap<string, readonly number[]>;
}

/** Draws a call of several, ourselves among them. */
export type RenderGroup = (stage: GroupStage) => ReactNode;

/**
 * One picture fills the stage, and our own floats over a corner of it; more stand in a grid, ours among them, so that it
 * covers nobody. A shared screen comes first.
 */
export function Tiles({
  room,
  beats,
  renderGroup,
}: GroupStage & { renderGroup?: RenderGroup | undefined }): ReactNode {
  const tiles = useRemoteTiles(room);
  const ordered = [...tiles].sort((a, b) => rank(a) - rank(b));
  const several = isGrid(ordered.length);
  if (several && renderGroup) return renderGroup({ room, beats });
  const count = ordered.length + (several ? 1 : 0);
  const beatsOf = ({ participant, source }: TrackReferenceOrPlaceholder): readonly number[] | null =>
    several && source === Track.Source.Camera ? (beats.get(participant.identity) ?? []) : null;
  return (
    <div
      className="lt-tiles"
      data-count={Math.min(count, 9)}
      style={{ '--lt-others': Math.max(1, count - 1) } as CSSProperties}
      data-shared={ordered[0]?.source === Track.Source.ScreenShare || undefined}
    >
      {ordered.map((track, n) => (
        <Tile
          key={`${track.participant.sid}:${track.source}`}
          track={track}
          first={n === 0}
          beats={beatsOf(track)}
        />
      ))}
      {several && <OwnTile room={room} />}
    </div>
  );
}

/** Our own picture among the others. */
export function OwnTile({ room }: { room: Room }): JSX.Element {
  const labels = useLabels();
  return (
    <figure className="lt-tile lt-own">
      <OwnPicture room={room} />
      <figcaption>
        <span className="lt-tile-name">{labels.you}</span>
      </figcaption>
    </figure>
  );
}

/** Our own picture while it floats: beside one other, or nobody. */
export function FloatingSelf({ room }: { room: Room }): JSX.Element | null {
  return isGrid(useRemoteTiles(room).length) ? null : <SelfView room={room} />;
}

const isGrid = (others: number): boolean => others > 1;
const rank = (track: TrackReferenceOrPlaceholder): number =>
  track.source === Track.Source.ScreenShare ? 0 : 1;
