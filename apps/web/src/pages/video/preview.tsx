import { Mic, MicOff, Video, VideoOff } from 'lucide-react';
import { useEffect, useRef, type JSX, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Select } from '../../ui/select.tsx';
import { LevelMeter } from './level-meter.tsx';
import s from './prejoin.module.css';
import type { Devices, MediaState } from './use-devices.ts';

function Control(props: {
  label: string;
  on: boolean;
  testId: string;
  onPress: () => void;
  children: ReactNode;
}): JSX.Element {
  return (
    <button
      type="button"
      className={s['control']}
      aria-label={props.label}
      title={props.label}
      data-off={!props.on || undefined}
      data-testid={props.testId}
      onClick={props.onPress}
    >
      {props.children}
    </button>
  );
}

const PROBLEMS: Readonly<Partial<Record<MediaState, 'denied' | 'noDevice' | 'busy'>>> = {
  denied: 'denied',
  missing: 'noDevice',
  busy: 'busy',
};

/** One's own picture as the other will see it, with the microphone's level on it. */
export function Preview({ devices }: { devices: Devices }): JSX.Element {
  const t = useTranslations('video');
  const video = useRef<HTMLVideoElement>(null);
  const { stream, state } = devices;
  const shows = state === 'ready' && devices.video && (stream?.getVideoTracks().length ?? 0) > 0;
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream, shows]);
  const problem = PROBLEMS[state];
  return (
    <div className={s['preview']} data-testid="preview" data-state={state}>
      {shows ? (
        <video ref={video} autoPlay muted playsInline data-testid="preview-video" />
      ) : (
        <p className={s['off']}>{t(state === 'asking' ? 'asking' : (problem ?? 'noCamera'))}</p>
      )}
      {state === 'ready' && (
        <div className={s['controls']}>
          <Control
            label={t(devices.audio ? 'micOff' : 'micOn')}
            on={devices.audio}
            testId="preview-mic"
            onPress={devices.toggleAudio}
          >
            {devices.audio ? <Mic size={20} aria-hidden /> : <MicOff size={20} aria-hidden />}
          </Control>
          <Control
            label={t(devices.video ? 'cameraOff' : 'cameraOn')}
            on={devices.video}
            testId="preview-camera"
            onPress={devices.toggleVideo}
          >
            {devices.video ? <Video size={20} aria-hidden /> : <VideoOff size={20} aria-hidden />}
          </Control>
          <LevelMeter stream={stream} />
        </div>
      )}
    </div>
  );
}

/** Which camera and which microphone. */
export function DeviceChoice({ devices }: { devices: Devices }): JSX.Element | null {
  const t = useTranslations('video');
  if (devices.state !== 'ready') return null;
  const options = (list: readonly MediaDeviceInfo[], name: string) =>
    list.map((device, n) => ({ id: device.deviceId, label: device.label || `${name} ${n + 1}` }));
  return (
    <div className={s['devices']}>
      {devices.cameras.length > 0 && (
        <Select
          label={t('camera')}
          options={options(devices.cameras, t('camera'))}
          value={devices.camera}
          onChange={devices.setCamera}
          testId="choose-camera"
        />
      )}
      {devices.microphones.length > 0 && (
        <Select
          label={t('microphone')}
          options={options(devices.microphones, t('microphone'))}
          value={devices.microphone}
          onChange={devices.setMicrophone}
          testId="choose-microphone"
        />
      )}
    </div>
  );
}
