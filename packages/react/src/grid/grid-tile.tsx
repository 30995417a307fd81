import { useIsSpeaking } from '@livekit/components-react';
import type { Room } from 'livekit-client';
import type { JSX } from 'react';
import { OwnTile, Tile } from '../stage/tiles.tsx';
import { HandIcon, PinIcon } from './icons.tsx';
import type { GridLabels } from './labels.ts';
import type { Picture } from './use-pictures.ts';

/** One picture, with who it is, whether they speak or would, and a way to pin it. */
export function GridTile(props: {
  picture: Picture;
  room: Room;
  labels: GridLabels;
  isFirst: boolean;
  isPinned: boolean;
  beats: readonly number[];
  hand: number | undefined;
  onPin: () => void;
}): JSX.Element {
  const { picture, room, labels, isPinned, hand } = props;
  const { track } = picture;
  const speaks = useIsSpeaking(track?.participant ?? room.localParticipant);
  const name = track ? track.participant.name || track.participant.identity : '';
  const label = isPinned ? labels.unpin(name) : labels.pin(name);
  return (
    <div
      className="lt-grid-tile"
      data-testid="grid-tile"
      data-identity={picture.identity}
      data-hand={hand}
      data-speaks={(speaks && !picture.isScreen) || undefined}
      data-pinned={isPinned || undefined}
    >
      {track ? (
        <Tile track={track} first={props.isFirst} beats={picture.isScreen ? null : props.beats} />
      ) : (
        <OwnTile room={room} />
      )}
      {hand !== undefined && !picture.isScreen && (
        <span className="lt-grid-hand" data-testid="grid-hand">
          <HandIcon />
          <span aria-hidden>{hand}</span>
          <span className="lt-sr">{labels.hand(hand)}</span>
        </span>
      )}
      {track && (
        <button
          type="button"
          className="lt-control lt-grid-pin"
          title={label}
          aria-label={label}
          onClick={props.onPin}
          data-testid="grid-pin"
        >
          <PinIcon />
        </button>
      )}
    </div>
  );
}
