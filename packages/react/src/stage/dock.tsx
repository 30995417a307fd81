import { useTrackToggle } from '@livekit/components-react';
import { Track, type Room } from 'livekit-client';
import type { JSX, ReactNode } from 'react';
import { useLabels } from '../labels-context.ts';
import { CameraIcon, ChatIcon, HangUpIcon, MicIcon, NextIcon, ScreenIcon } from '../parts/icons.tsx';
import { useKey } from './keys.ts';
import { canShare, MoreMenu, type MenuItem, type Share } from './more-menu.tsx';

function Toggle(props: {
  label: string;
  off?: boolean;
  on?: boolean;
  className?: string;
  testId: string;
  onPress: () => void;
  children: ReactNode;
}): JSX.Element {
  return (
    <button
      type="button"
      className={`lt-control ${props.className ?? ''}`}
      title={props.label}
      aria-label={props.label}
      data-off={props.off || undefined}
      data-on={props.on || undefined}
      data-testid={props.testId}
      onClick={props.onPress}
    >
      {props.children}
    </button>
  );
}

/** A chat that is drawn beside the call: the dock has its button, with the key C. */
export interface ChatButton {
  readonly isOpen: boolean;
  /** Messages of others that came while it was closed. */
  readonly unread: number;
  readonly onToggle: () => void;
}

function Chat({ isOpen, unread, onToggle }: ChatButton): JSX.Element {
  const labels = useLabels();
  const label = labels.chat(isOpen ? 0 : unread);
  useKey('c', onToggle);
  return (
    <button
      type="button"
      className="lt-control"
      title={label}
      aria-label={label}
      aria-expanded={isOpen}
      aria-keyshortcuts="C"
      data-on={isOpen || undefined}
      data-unread={!isOpen && unread > 0 ? Math.min(unread, 99) : undefined}
      data-testid="toggle-chat"
      onClick={onToggle}
    >
      <ChatIcon />
    </button>
  );
}

/** On to the next person: a button, and the key N wherever nothing is written and no window is open. Asks nothing. */
function Next({ onNext, isPending }: { onNext: () => void; isPending: boolean }): JSX.Element {
  const labels = useLabels();
  const press = (): void => {
    if (!isPending) onNext();
  };
  useKey('n', press);
  return (
    <button
      type="button"
      className="lt-control lt-next"
      title={labels.nextKey}
      aria-keyshortcuts="N"
      aria-disabled={isPending || undefined}
      data-testid="next"
      onClick={press}
    >
      <NextIcon /> <span>{labels.next}</span>
    </button>
  );
}

/** How somebody goes on to the next person. */
export interface NextProps {
  readonly onNext?: (() => void) | undefined;
  /** While the server is asked. */
  readonly isNextPending?: boolean | undefined;
}

/** Microphone, camera, screen, chat, devices, next, hang up. Everything by keyboard, each at least 44 px. */
export function Dock({
  room,
  onHangUp,
  onNext,
  isNextPending = false,
  chat,
  menu,
}: NextProps & {
  room: Room;
  onHangUp: () => void;
  chat?: ChatButton | undefined;
  menu?: readonly MenuItem[] | undefined;
}): JSX.Element {
  const labels = useLabels();
  const mic = useTrackToggle({ source: Track.Source.Microphone, room });
  const camera = useTrackToggle({ source: Track.Source.Camera, room });
  const share = useTrackToggle({ source: Track.Source.ScreenShare, room });
  // A refused device is told over the controls (a refused screen is the person's own no): the button stays as it was.
  const press = (toggle: () => Promise<unknown>) => (): void => void toggle().catch(() => undefined);
  const sharing: Share = canShare()
    ? {
        label: share.enabled ? labels.shareOff : labels.shareOn,
        press: press(() => Promise.resolve(share.toggle())),
      }
    : null;
  return (
    <div className="lt-dock" role="group" aria-label={labels.controls}>
      <Toggle
        label={mic.enabled ? labels.micOff : labels.micOn}
        off={!mic.enabled}
        testId="toggle-mic"
        onPress={press(() => Promise.resolve(mic.toggle()))}
      >
        <MicIcon off={!mic.enabled} />
      </Toggle>
      <Toggle
        label={camera.enabled ? labels.cameraOff : labels.cameraOn}
        off={!camera.enabled}
        testId="toggle-camera"
        onPress={press(() => Promise.resolve(camera.toggle()))}
      >
        <CameraIcon off={!camera.enabled} />
      </Toggle>
      {sharing && (
        <Toggle
          label={sharing.label}
          on={share.enabled}
          className="lt-share"
          testId="toggle-screen"
          onPress={sharing.press}
        >
          <ScreenIcon />
        </Toggle>
      )}
      {chat && <Chat {...chat} />}
      <MoreMenu room={room} share={sharing} items={menu} />
      {onNext && <Next onNext={onNext} isPending={isNextPending} />}
      <button
        type="button"
        className="lt-control lt-hang-up"
        title={labels.hangUp}
        aria-label={labels.hangUp}
        data-testid="hang-up"
        onClick={onHangUp}
      >
        <HangUpIcon />
      </button>
    </div>
  );
}
