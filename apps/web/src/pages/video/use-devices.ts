import { useCallback, useEffect, useRef, useState } from 'react';

/** How the browser answered when it was asked for camera and microphone. */
export type MediaState = 'asking' | 'ready' | 'denied' | 'missing' | 'busy';

/** Camera and microphone before the call. */
export interface Devices {
  readonly state: MediaState;
  readonly stream: MediaStream | null;
  readonly cameras: readonly MediaDeviceInfo[];
  readonly microphones: readonly MediaDeviceInfo[];
  readonly camera: string | null;
  readonly microphone: string | null;
  readonly video: boolean;
  readonly audio: boolean;
  readonly setCamera: (id: string) => void;
  readonly setMicrophone: (id: string) => void;
  readonly toggleVideo: () => void;
  readonly toggleAudio: () => void;
  /** Lets go of the devices, so that the call can have them. */
  readonly release: () => void;
  /** A call has what is open now, and opens itself what is not: what still opens here is let go of. */
  readonly handOver: () => void;
  /** Shows what a call leaves behind, as it is now. */
  readonly adopt: (stream: MediaStream, on: { video: boolean; audio: boolean }) => void;
}

const STATES: Readonly<Record<string, MediaState>> = {
  NotAllowedError: 'denied',
  NotFoundError: 'missing',
  NotReadableError: 'busy',
};

const idOf = (stream: MediaStream, kind: 'audio' | 'video'): string | null => {
  const [track] = kind === 'audio' ? stream.getAudioTracks() : stream.getVideoTracks();
  return track?.getSettings().deviceId ?? null;
};

/** Asks for both, then for one of them: a person without a camera may still talk. */
async function open(camera: string | null, microphone: string | null): Promise<MediaStream> {
  const video = camera ? { deviceId: { exact: camera } } : true;
  const audio = microphone ? { deviceId: { exact: microphone } } : true;
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio });
  } catch (error) {
    if ((error as Error).name === 'NotAllowedError') throw error;
    return navigator.mediaDevices
      .getUserMedia({ audio })
      .catch(() => navigator.mediaDevices.getUserMedia({ video }));
  }
}

interface Wanted {
  readonly camera: string | null;
  readonly microphone: string | null;
}

const runs = (stream: MediaStream | null, kind: 'audio' | 'video'): boolean =>
  stream?.getTracks().some((track) => track.kind === kind && track.readyState === 'live') ?? false;

/** Opens what is wanted whenever that changes, and lets go of what nobody wants any more as it comes. */
function useOpening(
  wanted: Wanted,
  told: {
    readonly isWanted: () => boolean;
    readonly opened: (stream: MediaStream) => void;
    readonly found: (devices: readonly MediaDeviceInfo[]) => void;
    readonly refused: (error: Error) => void;
  },
): void {
  useEffect(() => {
    let gone = false;
    const begin = async (): Promise<void> => {
      try {
        if (!navigator.mediaDevices) throw new DOMException('', 'NotFoundError');
        const stream = await open(wanted.camera, wanted.microphone);
        if (gone || !told.isWanted()) return stream.getTracks().forEach((track) => track.stop());
        told.opened(stream);
        const devices = await navigator.mediaDevices.enumerateDevices();
        if (!gone) told.found(devices);
      } catch (error) {
        if (!gone) told.refused(error as Error);
      }
    };
    void begin();
    return () => {
      gone = true;
    };
  }, [wanted]);
}

/** Opens camera and microphone for the preview, and lets go of them with the page. `was`: what is on at first; default both. */
export function useDevices(was?: { video: boolean; audio: boolean }): Devices {
  const [state, setState] = useState<MediaState>('asking');
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [list, setList] = useState<readonly MediaDeviceInfo[]>([]);
  const [wanted, setWanted] = useState<Wanted>({ camera: null, microphone: null });
  const [on, setOn] = useState({ video: was?.video ?? true, audio: was?.audio ?? true });
  const held = useRef<MediaStream | null>(null);
  const isCalls = useRef(false);

  const release = useCallback(() => {
    held.current?.getTracks().forEach((track) => track.stop());
    held.current = null;
    setStream(null);
  }, []);

  useOpening(wanted, {
    isWanted: () => !isCalls.current,
    opened(now) {
      held.current?.getTracks().forEach((track) => track.stop());
      held.current = now;
      setStream(now);
      setState('ready');
    },
    found: (devices) => setList(devices.filter((device) => device.deviceId !== '')),
    refused: (error) => setState(STATES[error.name] ?? 'missing'),
  });
  useEffect(() => release, [release]);
  useEffect(() => {
    stream?.getVideoTracks().forEach((track) => (track.enabled = on.video));
    stream?.getAudioTracks().forEach((track) => (track.enabled = on.audio));
  }, [stream, on]);

  const handOver = useCallback(() => {
    isCalls.current = true;
  }, []);
  const adopt = useCallback((next: MediaStream, isOn: { video: boolean; audio: boolean }) => {
    // A preview that opened while the call went on would run for ever.
    const kept = next.getTracks();
    for (const track of held.current?.getTracks() ?? []) if (!kept.includes(track)) track.stop();
    isCalls.current = false;
    held.current = next;
    setStream(next);
    if (kept.length > 0) setState('ready');
    setOn(isOn);
  }, []);
  /** Turned on where nothing runs any more, a device is opened anew. */
  const turn = (kind: 'audio' | 'video'): void => {
    if (!on[kind] && !runs(stream, kind)) setWanted((old) => ({ ...old }));
    setOn((old) => ({ ...old, [kind]: !old[kind] }));
  };

  return {
    state,
    stream,
    cameras: list.filter((device) => device.kind === 'videoinput'),
    microphones: list.filter((device) => device.kind === 'audioinput'),
    camera: wanted.camera ?? (stream && idOf(stream, 'video')),
    microphone: wanted.microphone ?? (stream && idOf(stream, 'audio')),
    ...on,
    setCamera: (camera) => setWanted((old) => ({ ...old, camera })),
    setMicrophone: (microphone) => setWanted((old) => ({ ...old, microphone })),
    toggleVideo: () => turn('video'),
    toggleAudio: () => turn('audio'),
    release,
    handOver,
    adopt,
  };
}
