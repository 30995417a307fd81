import { useEffect, useRef, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import s from './prejoin.module.css';

const BARS = 6;
const EVERY_MS = 80;

/** How loud the microphone hears: 0 to 1. A room's hush is 0, a voice at the table about 0.6. */
function loudness(samples: Uint8Array): number {
  let sum = 0;
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2;
  return Math.min(1, Math.sqrt(sum / samples.length) * 4);
}

/** The microphone's level as bars, so that one sees that one is heard. */
export function LevelMeter({ stream }: { stream: MediaStream | null }): JSX.Element {
  const t = useTranslations('video');
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!stream || stream.getAudioTracks().length === 0) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getByteTimeDomainData(samples);
      const lit = Math.round(loudness(samples) * BARS);
      [...(box.current?.children ?? [])].forEach((bar, n) => bar.toggleAttribute('data-lit', n < lit));
    }, EVERY_MS);
    const bars = box.current;
    return () => {
      clearInterval(timer);
      for (const bar of bars?.children ?? []) bar.removeAttribute('data-lit');
      void context.close();
    };
  }, [stream]);
  return (
    <div ref={box} className={s['level']} role="img" aria-label={t('level')} data-testid="level-meter">
      {Array.from({ length: BARS }, (_, n) => (
        <span key={n} />
      ))}
    </div>
  );
}
