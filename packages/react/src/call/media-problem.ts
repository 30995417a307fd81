/** A device that a person may be without. */
export type MediaDevice = 'camera' | 'microphone';

/** Why the browser gives no device: the person or the page's policy refuses it, there is none, or another program has it. */
export type MediaRefusal = 'denied' | 'missing' | 'busy';

/** Devices that were wanted and could not be had, all of them for the same reason: the latest. */
export interface MediaProblem {
  /** One or both, sorted; never empty. */
  readonly devices: readonly MediaDevice[];
  /** Decides what to offer: how to allow it, to plug one in, or to close the other program. */
  readonly why: MediaRefusal;
}

const REFUSALS: Readonly<Record<string, MediaRefusal>> = {
  NotAllowedError: 'denied',
  PermissionDeniedError: 'denied',
  NotReadableError: 'busy',
  TrackStartError: 'busy',
};

/** The problem after a device was refused with this error of the browser's. */
export function withRefusal(old: MediaProblem | null, device: MediaDevice, error: unknown): MediaProblem {
  const why = REFUSALS[(error as Error | null)?.name ?? ''] ?? 'missing';
  const others = old?.why === why ? old.devices.filter((other) => other !== device) : [];
  return { devices: [...others, device].sort(), why };
}

/** The problem after a device works: null when nothing is missing any more. */
export function withoutDevice(old: MediaProblem | null, device: MediaDevice): MediaProblem | null {
  const devices = old?.devices.filter((other) => other !== device) ?? [];
  return old === null || devices.length === 0 ? null : { ...old, devices };
}
