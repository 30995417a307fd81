import { useEffect, useState, type JSX } from 'react';
import { secondsLeft } from './format.ts';

/** The page's clock, told a few times a second: for figures that count. */
export function useNow(everyMs = 250, running = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, running]);
  return now;
}

/** Props of {@link Countdown}. */
export interface CountdownProps {
  /** The server's deadline, epoch ms by the server's clock. */
  readonly untilAt: number;
  /** What the full ring stands for. */
  readonly totalMs: number;
  /** Server's clock minus the page's. */
  readonly clockOffsetMs?: number;
  /** For pictures: a fixed instant instead of the running clock. */
  readonly nowAt?: number | undefined;
  /** What a screen reader says of the ring, e.g. "Time left for Bob to come back". */
  readonly label: string;
}

const SIZE = 120;
const RADIUS = 56;
const AROUND = 2 * Math.PI * RADIUS;

/** A ring that empties towards a deadline of the server's, with the seconds in it. */
export function Countdown(props: CountdownProps): JSX.Element {
  const now = useNow(250, props.nowAt === undefined);
  const leftMs = props.untilAt - ((props.nowAt ?? now) + (props.clockOffsetMs ?? 0));
  const part = Math.min(1, Math.max(0, leftMs / props.totalMs));
  return (
    <div className="lt-countdown" role="timer" aria-label={props.label}>
      <svg width={SIZE} height={SIZE} viewBox={`0 0 ${SIZE} ${SIZE}`} aria-hidden>
        <circle className="lt-ring" cx={SIZE / 2} cy={SIZE / 2} r={RADIUS} />
        <circle
          className="lt-ring-left"
          cx={SIZE / 2}
          cy={SIZE / 2}
          r={RADIUS}
          strokeDasharray={`${part * AROUND} ${AROUND}`}
          transform={`rotate(-90 ${SIZE / 2} ${SIZE / 2})`}
        />
      </svg>
      <span className="lt-digits">{secondsLeft(leftMs)}</span>
    </div>
  );
}
