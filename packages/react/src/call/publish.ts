import { Track, type Room } from 'livekit-client';
import type { MediaChoice } from './engine-state.ts';
import { publishKept, type OwnMedia } from './own-media.ts';

/** Opens what was chosen. What is refused is told by the Room's MediaDevicesError, as for the buttons later on. */
export async function publish(room: Room, wanted: MediaChoice, own?: OwnMedia): Promise<void> {
  const media = own ? await publishKept(room, wanted, own) : wanted;
  const me = room.localParticipant;
  const tries: Promise<unknown>[] = [];
  if (media.audio) tries.push(me.setMicrophoneEnabled(true));
  if (media.video) tries.push(me.setCameraEnabled(true));
  await Promise.allSettled(tries);
}

/** What of a Room says what of ours is on. */
export interface Publishing {
  getActiveDevice(kind: MediaDeviceKind): string | undefined;
  readonly localParticipant: {
    getTrackPublication(source: Track.Source): { readonly isMuted: boolean } | undefined;
  };
}

/**
 * What of ours is on in a Room now, and by which devices: what a Room that takes its place opens, and no more. What was never
 * sent is as it was wanted.
 */
export function mediaOf(room: Publishing, wanted: MediaChoice): MediaChoice {
  const isOn = (source: Track.Source, was: boolean): boolean => {
    const sent = room.localParticipant.getTrackPublication(source);
    return sent === undefined ? was : !sent.isMuted;
  };
  return {
    audio: isOn(Track.Source.Microphone, wanted.audio),
    video: isOn(Track.Source.Camera, wanted.video),
    audioDeviceId: room.getActiveDevice('audioinput') ?? wanted.audioDeviceId,
    videoDeviceId: room.getActiveDevice('videoinput') ?? wanted.videoDeviceId,
  };
}
