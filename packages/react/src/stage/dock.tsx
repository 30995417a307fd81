import { useMediaDeviceSelect, useTrackToggle } from '@livekit/components-react';
import { Track, type Room } from 'livekit-client';
import { useEffect, useId, useRef, useState, type JSX, type ReactNode } from 'react';
import { useLabels } from '../labels-context.ts';
import {
  CameraIcon,
  ChatIcon,
  HangUpIcon,
  MicIcon,
  MoreIcon,
  NextIcon,
  ScreenIcon,
} from '../parts/icons.tsx';

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

function Devices({
  room,
  kind,
  label,
}: {
  room: Room;
  kind: MediaDeviceKind;
  label: string;
}): JSX.Element | null {
  const id = useId();
  const { devices, activeDeviceId, setActiveMediaDevice } = useMediaDeviceSelect({ kind, room });
  if (devices.length === 0) return null;
  return (
    <div className="lt-device">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={activeDeviceId}
        onChange={(event) => void setActiveMediaDevice(event.target.value)}
      >
        {devices.map((device) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label || label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Devices, and what a phone's dock has no place for. */
function MoreMenu({ room, share }: { room: Room; share: Share }): JSX.Element {
  const labels = useLabels();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const away = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', away);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('keydown', escape);
    };
  }, [open]);
  return (
    <div ref={box} className="lt-more">
      <button
        ref={button}
        type="button"
        className="lt-control"
        title={labels.more}
        aria-label={labels.more}
        aria-expanded={open}
        data-testid="devices"
        onClick={() => setOpen(!open)}
      >
        <MoreIcon />
      </button>
      {open && (
        <div className="lt-sheet" role="group" aria-label={labels.more} data-empty={labels.noDevices}>
          {share && (
            <button type="button" className="lt-share-more" data-testid="share-screen" onClick={share.press}>
              {share.label}
            </button>
          )}
          <Devices room={room} kind="audioinput" label={labels.microphone} />
          <Devices room={room} kind="videoinput" label={labels.camera} />
          <Devices room={room} kind="audiooutput" label={labels.speaker} />
        </div>
      )}
    </div>
  );
}

const canShare = (): boolean =>
  typeof navigator !== 'undefined' && 'getDisplayMedia' in (navigator.mediaDevices ?? {});

/** Sharing the screen, as it stands; null where the browser cannot. */
type Share = { readonly label: string; readonly press: () => void } | null;

/** Where a letter is a letter, and no press of a button. */
const WRITES = 'input, select, textarea, [contenteditable]';

/** Presses a letter's button wherever nothing is written. */
function useKey(letter: string, press: () => void): void {
  const latest = useRef(press);
  latest.current = press;
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      const writes = event.target instanceof Element && event.target.closest(WRITES) !== null;
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
      if (event.key.toLowerCase() !== letter || !plain || writes) return;
      // The letter is not written into a field that the press opens.
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, [letter]);
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

/** On to the next person: a button, and the key N wherever nothing is written. Asks nothing. */
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
}: NextProps & { room: Room; onHangUp: () => void; chat?: ChatButton | undefined }): JSX.Element {
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
      <MoreMenu room={room} share={sharing} />
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
