import { useEffect, type JSX } from 'react';
import { keepMedia } from '../../app/accepted.ts';
import { DeviceChoice, Preview } from './preview.tsx';
import { useDevices } from './use-devices.ts';
import s from './prejoin.module.css';

/** One's own picture while one waits, and which devices; the call begins with what is chosen here. */
export function DoorPreview(): JSX.Element {
  const devices = useDevices();
  const { audio, video, microphone, camera, state } = devices;
  useEffect(() => {
    if (state !== 'ready') return;
    keepMedia({
      audio,
      video,
      ...(microphone ? { audioDeviceId: microphone } : {}),
      ...(camera ? { videoDeviceId: camera } : {}),
    });
  }, [audio, video, microphone, camera, state]);
  return (
    <div className={s['door']}>
      <Preview devices={devices} />
      <DeviceChoice devices={devices} />
    </div>
  );
}
