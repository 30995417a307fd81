import { useEffect, useRef, type JSX } from 'react';
import { tracePaths, type TraceInput } from './trace-path.ts';

/** Props of {@link Trace}. Instants are epoch ms by the page's clock. */
export interface TraceProps {
  /** Proofs of life, ascending; each is one beat of the line. */
  readonly beats: readonly number[];
  /** From here on the line is flat and dotted; null before anybody was heard. */
  readonly lastProofAt: number | null;
  /** `frozen` stands still at `frozenAt`: for receipts and lists of what is over. */
  readonly frozenAt?: number | undefined;
  /** How much time is in view; default 5,000. */
  readonly windowMs?: number;
  /** In CSS pixels; default 116. */
  readonly width?: number;
  /** In CSS pixels; default 24. */
  readonly height?: number;
  /** What a screen reader says; without it the trace is hidden from it, as a name and a word stand beside. */
  readonly label?: string | undefined;
}

const FRAME_MS = 50;
const STEP_MS = 1_000;

function prefersStill(): boolean {
  return globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? false;
}

/** The line that beats while proofs of life arrive, and goes flat and dotted from the last one on. */
export function Trace(props: TraceProps): JSX.Element {
  const { windowMs = 5_000, width = 116, height = 24, frozenAt, label } = props;
  const solid = useRef<SVGPathElement>(null);
  const dotted = useRef<SVGPathElement>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const draw = (nowAt: number): void => {
      const { beats, lastProofAt } = latest.current;
      const input: TraceInput = { beats, lastProofAt, nowAt, windowMs, width, height };
      const paths = tracePaths(input);
      solid.current?.setAttribute('d', paths.solid);
      dotted.current?.setAttribute('d', paths.dotted);
    };
    draw(frozenAt ?? Date.now());
    if (frozenAt !== undefined) return;
    // The path is set past React: a frame must not redraw the page around it.
    const timer = setInterval(() => draw(Date.now()), prefersStill() ? STEP_MS : FRAME_MS);
    return () => clearInterval(timer);
  }, [windowMs, width, height, frozenAt, frozenAt === undefined ? 0 : props.beats, props.lastProofAt]);

  return (
    <svg
      className="lt-trace"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMaxYMid slice"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <path ref={dotted} className="lt-trace-dotted" />
      <path ref={solid} className="lt-trace-solid" />
    </svg>
  );
}
