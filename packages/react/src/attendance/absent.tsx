import type { JSX, ReactNode } from 'react';
import { seeksIn, type Films } from './films.tsx';
import { Chart, useWords, type Tick } from './ticks.tsx';
import type { Span } from './timeline.ts';
import { Waits } from './waits.tsx';

const LANE_HEIGHT = 34;

/** Somebody who was expected and never came in: their lane is there, and empty but for when they waited. */
export interface Absent {
  readonly key: string;
  readonly name: string;
  /** When they waited to be let in. */
  readonly waits: readonly Span[];
  /** What else stands at the end of their lane: what is said of it. */
  readonly beside?: ReactNode;
}

/** The lanes of those, below everybody who was there. */
export function AbsentRows(props: {
  absent: readonly Absent[];
  ticks: readonly Tick[];
  span: Span;
  width: number;
  films: Films | undefined;
}): JSX.Element[] {
  const t = useWords();
  const { absent, ticks, span, width, films } = props;
  return absent.map(({ key, name, waits, beside }) => (
    <div key={key} className="lt-att-lane lt-att-absent" role="listitem" data-testid="absent-row">
      <div className="lt-att-who">
        <strong>{name}</strong>
        <span>{waits.length > 0 ? t.neverIn : t.neverCame}</span>
      </div>
      <Chart ticks={ticks} onClick={seeksIn(films, { span, width })}>
        <svg width={width} height={LANE_HEIGHT} aria-hidden>
          <line className="lt-att-rail" x1={0} x2={width} y1={LANE_HEIGHT - 4} y2={LANE_HEIGHT - 4} />
        </svg>
        {width > 0 && <Waits {...{ name, waits, span, width }} />}
      </Chart>
      <span className="lt-att-end">
        <span className="lt-att-present" aria-hidden>
          –
        </span>
        {beside}
      </span>
    </div>
  ));
}
