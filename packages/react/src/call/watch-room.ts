import { RoomEvent, type DisconnectReason, type Participant, type Room } from 'livekit-client';
import type { MediaDevice } from './media-problem.ts';
import type { OwnMedia } from './own-media.ts';
import { deviceOf } from './room-options.ts';

/** What of a Room concerns the call. Nothing is told of a Room that is not ours any more. */
export interface RoomEars {
  isMine(): boolean;
  /** Keeps camera and microphone over this Room's end. */
  readonly own?: OwnMedia | undefined;
  /** Somebody came or went, by LiveKit's word. */
  peopleChanged(): void;
  refusedDevice(device: MediaDevice, error: Error): void;
  openedDevice(device: MediaDevice): void;
  /** A camera or microphone of ours was turned on or off. */
  mediaChanged(): void;
  /** The line to the media server is down; what we send is still known. */
  faltered(): void;
  reconnecting(): void;
  reconnected(): void;
  disconnected(reason: DisconnectReason | undefined): void;
}

/** Listens to a Room for as long as it is ours. */
export function watchRoom(room: Room, ears: RoomEars): void {
  const mine = (run: () => void): void => {
    if (ears.isMine()) run();
  };
  room.on(RoomEvent.ParticipantConnected, ears.peopleChanged);
  room.on(RoomEvent.ParticipantDisconnected, ears.peopleChanged);
  room.on(RoomEvent.MediaDevicesError, (error, kind) => {
    const device = deviceOf(kind);
    if (device) mine(() => ears.refusedDevice(device, error));
  });
  room.on(RoomEvent.LocalTrackPublished, ({ source, track }) => {
    const device = deviceOf(source);
    if (track) ears.own?.hold(track);
    if (device)
      mine(() => {
        ears.openedDevice(device);
        ears.mediaChanged();
      });
  });
  const turned = (_of: unknown, { isLocal }: Participant): void => {
    if (isLocal) mine(ears.mediaChanged);
  };
  room.on(RoomEvent.TrackMuted, turned);
  room.on(RoomEvent.TrackUnmuted, turned);
  // A Room that leaves tracks running leaves a shared screen running, too.
  room.on(RoomEvent.LocalTrackUnpublished, ({ source, track }) => {
    if (!deviceOf(source)) track?.stop();
  });
  room.on(RoomEvent.SignalReconnecting, () => mine(ears.faltered));
  room.on(RoomEvent.Reconnecting, () =>
    mine(() => {
      ears.faltered();
      ears.reconnecting();
    }),
  );
  room.on(RoomEvent.Reconnected, () => mine(ears.reconnected));
  room.on(RoomEvent.Disconnected, (reason) => mine(() => ears.disconnected(reason)));
}
