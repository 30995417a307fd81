import { isTrackReference, useTracks, VideoTrack } from '@livekit/components-react';
import { Track, type Room } from 'livekit-client';
import { useRef, useState, type JSX, type KeyboardEvent, type PointerEvent } from 'react';
import { useLabels } from '../labels-context.ts';
import { cornerAfter, cornerAt, type Corner } from './corners.ts';

/** What our own camera sees, mirrored; a word where it is off. */
export function OwnPicture({ room }: { room: Room }): JSX.Element {
  const labels = useLabels();
  const tracks = useTracks([{ source: Track.Source.Camera, withPlaceholder: true }], {
    room,
    onlySubscribed: false,
  });
  const mine = tracks.find((track) => track.participant.isLocal);
  const shows = mine !== undefined && isTrackReference(mine) && !mine.publication.isMuted;
  return shows ? (
    <VideoTrack trackRef={mine} data-testid="local-video" muted />
  ) : (
    <span className="lt-self-off">{labels.noCamera}</span>
  );
}

/** Our own picture: moved by the pointer or the arrow keys from corner to corner, never under the dock. */
export function SelfView({ room }: { room: Room }): JSX.Element {
  const labels = useLabels();
  const [corner, setCorner] = useState<Corner>('be');
  const box = useRef<HTMLDivElement>(null);
  const grip = useRef<{ x: number; y: number } | null>(null);
  const shift = (x: number, y: number): void => {
    if (box.current) box.current.style.transform = x === 0 && y === 0 ? '' : `translate(${x}px, ${y}px)`;
  };
  const onDown = (event: PointerEvent): void => {
    grip.current = { x: event.clientX, y: event.clientY };
    box.current?.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent): void => {
    if (grip.current) shift(event.clientX - grip.current.x, event.clientY - grip.current.y);
  };
  const onUp = (event: PointerEvent): void => {
    const stage = box.current?.parentElement?.getBoundingClientRect();
    if (grip.current && stage)
      setCorner(cornerAt(event.clientX - stage.left, event.clientY - stage.top, stage));
    grip.current = null;
    shift(0, 0);
  };
  const onKey = (event: KeyboardEvent): void => {
    const next = cornerAfter(corner, event.key);
    if (next === corner) return;
    event.preventDefault();
    setCorner(next);
  };
  return (
    <div
      ref={box}
      className="lt-self"
      data-corner={corner}
      role="group"
      tabIndex={0}
      aria-label={labels.moveSelfView}
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={onUp}
      onKeyDown={onKey}
    >
      <OwnPicture room={room} />
    </div>
  );
}
