import type { MediaChoice } from '@latido/react';

const KEY = 'latido.media';
const BOTH: MediaChoice = { audio: true, video: true };

let accepted: string | null = null;

/** Says that the call of a room was accepted: the page of calls goes into it at once. */
export function acceptRoom(roomName: string): void {
  accepted = roomName;
}

/** Whether the call of this room was accepted and nobody has gone into it yet. */
export const isAccepted = (roomName: string | undefined): boolean =>
  accepted !== null && accepted === roomName;

/** Accepted once is gone into once: coming back to its address later asks again. */
export function forgetAccepted(): void {
  accepted = null;
}

let unstored: MediaChoice | null = null;

/** Remembers what of somebody is on as they go into a call, and in it, for the next one that they accept or begin from there. */
export function keepMedia(media: MediaChoice): void {
  try {
    unstored = null;
    localStorage.setItem(KEY, JSON.stringify(media));
  } catch {
    unstored = media; // Storage may be forbidden: then this page alone knows.
  }
}

/** Camera and microphone as last used; both where nothing is known. */
export function lastMedia(): MediaChoice {
  if (unstored) return unstored;
  try {
    const { audio, video, audioDeviceId, videoDeviceId } = JSON.parse(
      localStorage.getItem(KEY) ?? 'null',
    ) as Record<string, unknown>;
    if (typeof audio !== 'boolean' || typeof video !== 'boolean') return BOTH;
    return {
      audio,
      video,
      ...(typeof audioDeviceId === 'string' ? { audioDeviceId } : {}),
      ...(typeof videoDeviceId === 'string' ? { videoDeviceId } : {}),
    };
  } catch {
    return BOTH;
  }
}
