import { useEffect, useRef, type JSX, type RefObject } from 'react';

const EVERY_MS = 2_000;
const WIDTH = 320;

/**
 * The partner's last picture, kept small while it is live and shown, dimmed, while they are away: LiveKit drops the
 * track the moment that a page closes, so it must have been kept before.
 */
export function LastFrame({
  stage,
  shown,
}: {
  stage: RefObject<HTMLElement | null>;
  shown: boolean;
}): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (shown) return;
    const keep = (): void => {
      const video = stage.current?.querySelector<HTMLVideoElement>('.lt-tile video');
      if (!canvas.current || !video || video.videoWidth === 0) return;
      canvas.current.dataset['kept'] = 'true';
      canvas.current.width = WIDTH;
      canvas.current.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth);
      canvas.current.getContext('2d')?.drawImage(video, 0, 0, canvas.current.width, canvas.current.height);
    };
    const timer = setInterval(keep, EVERY_MS);
    return () => clearInterval(timer);
  }, [shown, stage]);
  return <canvas ref={canvas} className="lt-last-frame" data-shown={shown || undefined} aria-hidden />;
}
