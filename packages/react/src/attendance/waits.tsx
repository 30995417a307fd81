import type { JSX } from 'react';
import { useClockFormat, useWords } from './ticks.tsx';
import type { Span } from './timeline.ts';

const SHORTEST_PX = 4;

/** When somebody waited to be let in: stripes on their lane. Waiting is not being there, and counts for nothing. */
export function Waits(props: {
  name: string;
  waits: readonly Span[];
  span: Span;
  width: number;
}): JSX.Element[] {
  const t = useWords();
  const { name, waits, span, width } = props;
  const clock = useClockFormat(span);
  const scale = width / (span.toAt - span.fromAt);
  return waits.map(({ fromAt, toAt }) => (
    <div
      key={fromAt}
      className="lt-att-wait"
      data-testid="attendance-wait"
      role="img"
      aria-label={t.waited({ name, from: clock(fromAt), to: clock(toAt) })}
      style={{ left: (fromAt - span.fromAt) * scale, width: Math.max(SHORTEST_PX, (toAt - fromAt) * scale) }}
    />
  ));
}
