import {
  isTrackReference,
  useRemoteParticipants,
  useTracks,
  VideoTrack,
  type TrackReferenceOrPlaceholder,
} from '@livekit/components-react';
import { Track, type Room } from 'livekit-client';
import type { CSSProperties, JSX } from 'react';
import { useLabels } from '../labels-context.ts';
import { initialsOf } from '../parts/format.ts';
import { MicIcon } from '../parts/icons.tsx';

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
          {name}
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

/** One picture fills the stage, more stand in a grid; a shared screen comes first. */
export function Tiles({ room }: { room: Room }): JSX.Element {
  const tiles = useRemoteTiles(room);
  const ordered = [...tiles].sort((a, b) => rank(a) - rank(b));
  return (
    <div
      className="lt-tiles"
      data-count={Math.min(ordered.length, 9)}
      style={{ '--lt-others': Math.max(1, ordered.length - 1) } as CSSProperties}
      data-shared={ordered[0]?.source === Track.Source.ScreenShare || undefined}
    >
      {ordered.map((track, n) => (
        <Tile key={`${track.participant.sid}:${track.source}`} track={track} first={n === 0} />
      ))}
    </div>
  );
}

const rank = (track: TrackReferenceOrPlaceholder): number =>
  track.source === Track.Source.ScreenShare ? 0 : 1;
