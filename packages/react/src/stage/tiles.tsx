import {
  isTrackReference,
  useRemoteParticipants,
  useTracks,
  VideoTrack,
  type TrackReferenceOrPlaceholder,
} from '@livekit/components-react';
import { Track, type Room } from 'livekit-client';
import type { JSX } from 'react';
import { initialsOf } from '../parts/format.ts';

const SOURCES = [Track.Source.Camera, Track.Source.ScreenShare];

/** Cameras and shared screens of the others; a person without a camera is there as a placeholder. */
function useRemoteTiles(room: Room): TrackReferenceOrPlaceholder[] {
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

function Tile({ track, first }: { track: TrackReferenceOrPlaceholder; first: boolean }): JSX.Element {
  const { participant } = track;
  const name = participant.name || participant.identity;
  const shows = isTrackReference(track) && !track.publication.isMuted;
  return (
    <figure className="lt-tile" data-source={track.source}>
      {shows ? (
        <VideoTrack trackRef={track} data-testid={first ? 'remote-video' : 'remote-video-more'} />
      ) : (
        <div className="lt-avatar" aria-hidden>
          {initialsOf(name)}
        </div>
      )}
      <figcaption data-testid="tile-name">{name}</figcaption>
    </figure>
  );
}

/** One picture fills the stage, more stand in a grid; a shared screen comes first. */
export function Tiles({ room }: { room: Room }): JSX.Element {
  const tiles = useRemoteTiles(room);
  const ordered = [...tiles].sort((a, b) => rank(a) - rank(b));
  return (
    <div className="lt-tiles" data-count={Math.min(ordered.length, 9)}>
      {ordered.map((track, n) => (
        <Tile key={`${track.participant.sid}:${track.source}`} track={track} first={n === 0} />
      ))}
    </div>
  );
}

const rank = (track: TrackReferenceOrPlaceholder): number =>
  track.source === Track.Source.ScreenShare ? 0 : 1;
