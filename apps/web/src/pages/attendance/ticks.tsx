import type { JSX, ReactNode } from 'react';
import { useFormatter } from 'use-intl';
import s from './attendance.module.css';
import { ticksOf } from './timeline.ts';

/** What is drawn, epoch ms. */
export interface Span {
  readonly fromAt: number;
  readonly toAt: number;
}

const TICK_PX = 96;
/** Half of a written time: nearer to an end it would stand out of the picture. */
const EDGE_PX = 38;

/** Times of a span: with seconds where it is short, by the reader's clock. */
export function useClockFormat(span: Span): (at: number) => string {
  const format = useFormatter();
  const fine = span.toAt - span.fromAt < 600_000;
  return (at) => format.dateTime(new Date(at), { timeStyle: fine ? 'medium' : 'short' });
}

/** Where the round instants stand, for the words along the top and for the hairlines below them. */

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
          className={s['tick']}
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

/** What is drawn of one row, over the hairlines of the ticks. */
export function Chart({ ticks, children }: { ticks: readonly Tick[]; children: ReactNode }): JSX.Element {
  return (
    <div className={s['chart']}>
      {ticks.map(({ at, x }) => (
        <i key={at} className={s['hairline']} style={{ left: x }} aria-hidden />
      ))}
      {children}
    </div>
  );
}
