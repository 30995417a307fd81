import type { Room } from 'livekit-client';
import type { MediaChoice } from './engine-state.ts';

/** Opens what was chosen. What is refused is told by the Room's MediaDevicesError, as for the buttons later on. */
export async function publish(room: Room, media: MediaChoice): Promise<void> {
  const me = room.localParticipant;
  const tries: Promise<unknown>[] = [];
  if (media.audio) tries.push(me.setMicrophoneEnabled(true));
  if (media.video) tries.push(me.setCameraEnabled(true));
  await Promise.allSettled(tries);
}
