import { createContext, use, type JSX, type MouseEvent, type ReactNode } from 'react';
import { localeOfReader, readersLanguages } from '../parts/format.ts';
import { enAttendanceLabels, type AttendanceLabels } from './labels.ts';
import { ticksOf, type Span } from './timeline.ts';

/** The words of the lanes, for every part of them. */
export const AttendanceLabelsContext = createContext<AttendanceLabels>(enAttendanceLabels);

/** The words that stand above. */
export const useWords = (): AttendanceLabels => use(AttendanceLabelsContext);

const TICK_PX = 96;
/** Half of a written time: nearer to an end it would stand out of the picture. */
const EDGE_PX = 38;

/** Times of a span: with seconds where it is short, by the reader's clock. */
export function useClockFormat(span: Span): (at: number) => string {
  const { language } = useWords();
  const fine = span.toAt - span.fromAt < 600_000;
  const locale = localeOfReader(language, readersLanguages());
  return (at) => new Date(at).toLocaleTimeString(locale, { timeStyle: fine ? 'medium' : 'short' });
}

/** Where a round instant stands, for the words along the top and for the hairlines below them. */
export interface Tick {
  readonly at: number;
  readonly x: number;
}

const MINUTE_MS = 60_000;

/** The ticks of a span that is drawn so wide. */
export function ticksIn(span: Span, width: number): Tick[] {
  const most = Math.max(1, Math.floor(width / TICK_PX));
  const offsetMs = -new Date(span.fromAt).getTimezoneOffset() * MINUTE_MS;
  const scale = width / (span.toAt - span.fromAt);
  return ticksOf([span.fromAt, span.toAt], most, offsetMs).map((at) => ({
    at,
    x: (at - span.fromAt) * scale,
  }));
}

/** Their times, by the reader's clock. */
export function Ticks({
  ticks,
  span,
  width,
}: {
  ticks: readonly Tick[];
  span: Span;
  width: number;
}): JSX.Element {
  const clock = useClockFormat(span);
  return (
    <svg width={width} height={16} aria-hidden>
      {ticks.map(({ at, x }) => (
        <text
          key={at}
          className="lt-att-tick"
          x={Math.min(Math.max(x, EDGE_PX), width - EDGE_PX)}
          y={12}
          textAnchor="middle"
        >
          {clock(at)}
        </text>
      ))}
    </svg>
  );
}

/** Where the player stands in the picture, px from its start; null where nothing plays. */
export const PlayheadContext = createContext<number | null>(null);

/** What is drawn of one row, over the hairlines of the ticks, and crossed by what is played. */
export function Chart(props: {
  ticks: readonly Tick[];
  onClick?: ((event: MouseEvent<HTMLElement>) => void) | undefined;
  children: ReactNode;
}): JSX.Element {
  const { ticks, onClick, children } = props;
  const playhead = use(PlayheadContext);
  return (
    // For the pointer alone: keys move the lane of the recording.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div className="lt-att-chart" data-seeks={onClick !== undefined} onClick={onClick}>
      {ticks.map(({ at, x }) => (
        <i key={at} className="lt-att-hairline" style={{ left: x }} aria-hidden />
      ))}
      {children}
      {playhead !== null && <i className="lt-att-playhead" style={{ left: playhead }} aria-hidden />}
    </div>
  );
}
