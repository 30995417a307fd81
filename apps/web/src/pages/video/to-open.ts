/** Which of the two. */
export interface Kinds {
  readonly video: boolean;
  readonly audio: boolean;
}

/** Which devices somebody chose; null for whichever the browser takes. */
export interface Wanted {
  readonly camera: string | null;
  readonly microphone: string | null;
}

/** What of a device is open now: its id, null where nothing of it runs. */
export interface Running {
  readonly camera: string | null;
  readonly microphone: string | null;
}

/** What is to be opened: what is on and does not run, or runs from another device. What is off stays dark (CALL-67). */
export function toOpen(on: Kinds, running: Running, wanted: Wanted): Kinds {
  const isMissing = (now: string | null, asked: string | null): boolean =>
    now === null || (asked !== null && now !== asked);
  return {
    video: on.video && isMissing(running.camera, wanted.camera),
    audio: on.audio && isMissing(running.microphone, wanted.microphone),
  };
}
