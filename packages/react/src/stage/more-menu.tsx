import { useMediaDeviceSelect } from '@livekit/components-react';
import type { Room } from 'livekit-client';
import { useEffect, useId, useRef, useState, type JSX, type RefObject } from 'react';
import { useLabels } from '../labels-context.ts';
import { MoreIcon } from '../parts/icons.tsx';

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

/** Whether this browser can share its screen; not while the page is made on a server. */
export const canShare = (): boolean =>
  typeof navigator !== 'undefined' && 'getDisplayMedia' in (navigator.mediaDevices ?? {});

/** Sharing the screen, as it stands; null where the browser cannot. */
export type Share = { readonly label: string; readonly press: () => void } | null;

/** Something more that can be done in the call: a button of yours in the menu of the dock, behind the devices. */
export interface MenuItem {
  readonly label: string;
  readonly onPress: () => void;
  readonly testId?: string | undefined;
}

/** A press elsewhere and Escape close what is open; Escape gives the focus back. */
function useAway(open: boolean, of: { box: RefObject<HTMLElement | null>; close: (isKey: boolean) => void }) {
  const { box, close } = of;
  useEffect(() => {
    if (!open) return;
    const away = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) close(false);
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') close(true);
    };
    document.addEventListener('pointerdown', away);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('keydown', escape);
    };
  }, [open]);
}

/** Devices, what a phone's dock has no place for, and what else there is to do. */
export function MoreMenu({
  room,
  share,
  items = [],
}: {
  room: Room;
  share: Share;
  items?: readonly MenuItem[] | undefined;
}): JSX.Element {
  const labels = useLabels();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (isKey: boolean): void => {
    setOpen(false);
    if (isKey) button.current?.focus();
  };
  useAway(open, { box, close });
  // What opens a window gives the focus back to who had it: the item is gone by then.
  const press = (act: () => void) => (): void => {
    close(true);
    act();
  };
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
            <button
              type="button"
              className="lt-share-more"
              data-testid="share-screen"
              onClick={press(share.press)}
            >
              {share.label}
            </button>
          )}
          <Devices room={room} kind="audioinput" label={labels.microphone} />
          <Devices room={room} kind="videoinput" label={labels.camera} />
          <Devices room={room} kind="audiooutput" label={labels.speaker} />
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              className="lt-item"
              data-testid={item.testId}
              onClick={press(item.onPress)}
            >
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
