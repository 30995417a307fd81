import { useCallback, useEffect, useRef, useState } from 'react';
import { toOpen, type Kinds, type Running, type Wanted } from './to-open.ts';

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

/** Asks for what is on, of both then for one of them: a person without a camera may still talk. What is off is not asked for. */
async function open(kinds: Kinds, { camera, microphone }: Wanted): Promise<MediaStream> {
  const video = kinds.video && (camera ? { deviceId: { exact: camera } } : true);
  const audio = kinds.audio && (microphone ? { deviceId: { exact: microphone } } : true);
  if (!video && !audio) return new MediaStream();
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio });
  } catch (error) {
    if ((error as Error).name === 'NotAllowedError' || !video || !audio) throw error;
    return navigator.mediaDevices
      .getUserMedia({ audio })
      .catch(() => navigator.mediaDevices.getUserMedia({ video }));
  }
}

type Kind = keyof Kinds;

/** The devices that a stream runs from; some browsers do not name them. */
function runningIn(stream: MediaStream | null): Running {
  const deviceOf = (kind: Kind): string | null => {
    const track = stream?.getTracks().find((each) => each.kind === kind && each.readyState === 'live');
    return track ? (track.getSettings().deviceId ?? '') : null;
  };
  return { camera: deviceOf('video'), microphone: deviceOf('audio') };
}

/** Stops what of a stream nobody wants, and gives the rest with what came. */
function joined(before: MediaStream | null, now: MediaStream, on: Kinds): MediaStream {
  const isKept = ({ kind }: MediaStreamTrack): boolean =>
    on[kind as Kind] && !now.getTracks().some((track) => track.kind === kind);
  const kept = (before?.getTracks() ?? []).filter((track) => track.readyState === 'live' && isKept(track));
  for (const track of before?.getTracks() ?? []) if (!kept.includes(track)) track.stop();
  // Turned off while it opened.
  const came = now.getTracks().filter(({ kind }) => on[kind as Kind]);
  for (const track of now.getTracks()) if (!came.includes(track)) track.stop();
  return new MediaStream([...kept, ...came]);
}

/** Opens what is wanted whenever that changes, and lets go of what nobody wants any more as it comes. */
function useOpening(
  wanted: Wanted,
  told: {
    /** What is to be opened now. */
    readonly kinds: () => Kinds;
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
        const stream = await open(told.kinds(), wanted);
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

/** What is open on this page, and let go of with it. */
function useHeld() {
  const [stream, setStream] = useState<MediaStream | null>(null);
  const held = useRef<MediaStream | null>(null);
  const show = useCallback((now: MediaStream | null): void => {
    held.current = now;
    setStream(now);
  }, []);
  const release = useCallback(() => {
    held.current?.getTracks().forEach((track) => track.stop());
    show(null);
  }, [show]);
  useEffect(() => release, [release]);
  return { stream, held, show, release };
}

/** Opens camera and microphone for the preview, and lets go of them with the page. `was`: what is on at first; default both. */
export function useDevices(was?: { video: boolean; audio: boolean }): Devices {
  const [state, setState] = useState<MediaState>('asking');
  const { stream, held, show, release } = useHeld();
  const [list, setList] = useState<readonly MediaDeviceInfo[]>([]);
  const [wanted, setWanted] = useState<Wanted>({ camera: null, microphone: null });
  const [on, setOn] = useState({ video: was?.video ?? true, audio: was?.audio ?? true });
  const onNow = useRef<Kinds>(on);
  onNow.current = on;
  const isCalls = useRef(false);
  useOpening(wanted, {
    kinds: () => toOpen(onNow.current, runningIn(held.current), wanted),
    isWanted: () => !isCalls.current,
    opened(now) {
      show(joined(held.current, now, onNow.current));
      setState('ready');
    },
    found: (devices) => setList(devices.filter((device) => device.deviceId !== '')),
    refused(error) {
      // What runs goes on; what could not be turned on is off.
      const { camera, microphone } = runningIn(held.current);
      if (camera === null && microphone === null) return setState(STATES[error.name] ?? 'missing');
      setOn((old) => ({ video: old.video && camera !== null, audio: old.audio && microphone !== null }));
    },
  });
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
    show(next);
    if (kept.length > 0) setState('ready');
    setOn(isOn);
  }, []);
  /** Turned off, a device is let go of; turned on, it is opened anew. */
  const turn = (kind: Kind): void => {
    const next = { ...on, [kind]: !on[kind] };
    setOn(next);
    if (next[kind]) setWanted((old) => ({ ...old }));
    else show(joined(held.current, new MediaStream(), next));
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
