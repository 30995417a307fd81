import type { JSX, MouseEvent } from 'react';
import { Chart, useClockFormat, useWords, type Tick } from './ticks.tsx';
import type { Span } from './timeline.ts';

const LANE_HEIGHT = 34;
const BAR_HEIGHT = 14;
const DOT_PX = 3;
/** An arrow key goes on so far. */
const STEP_MS = 10_000;

/** What was recorded, on the time axis of the lanes. Instants are epoch ms. */
export interface Films {
  /** Its files. */
  readonly parts: readonly { readonly fromAt: number; readonly toAt: number }[];
  /** What happened when, as chapters tell it. */
  readonly chapters: readonly { readonly at: number; readonly name: string }[];
  /** What is seen in the player; null where nothing was played yet. */
  readonly playsAt: number | null;
  /** Somebody wants to see this instant. */
  readonly onSeek: (at: number) => void;
}

/** Whether there is a picture of an instant. */
const isFilmed = ({ parts }: Films, at: number): boolean =>
  parts.some(({ fromAt, toAt }) => at >= fromAt && at <= toAt);

/** Looks at the instant on which a lane was pressed, unless a bar in it was. */
export function seeksIn(
  films: Films | undefined,
  { span, width }: { span: Span; width: number },
): ((event: MouseEvent<HTMLElement>) => void) | undefined {
  if (!films || width === 0) return undefined;
  return ({ clientX, currentTarget, target }) => {
    if (target instanceof Element && target.closest('[role="button"]')) return;
    const x = clientX - currentTarget.getBoundingClientRect().left;
    const at = span.fromAt + (x / width) * (span.toAt - span.fromAt);
    if (isFilmed(films, at)) films.onSeek(at);
  };
}

/** The lane of what was recorded: where the player is, moved by pointer and keys; a dot a chapter. */
export function FilmsLane(props: {
  films: Films;
  ticks: readonly Tick[];
  span: Span;
  width: number;
}): JSX.Element {
  const t = useWords();
  const { films, ticks, span, width } = props;
  const clock = useClockFormat(span);
  const { parts, chapters, playsAt, onSeek } = films;
  const scale = width / (span.toAt - span.fromAt);
  const xOf = (at: number): number => (at - span.fromAt) * scale;
  const first = Math.min(...parts.map(({ fromAt }) => fromAt));
  const last = Math.max(...parts.map(({ toAt }) => toAt));
  return (
    <div className="lt-att-lane" role="listitem" data-testid="films-lane">
      <div className="lt-att-who">
        <strong>{t.recorded}</strong>
        <span>{t.recordedHow}</span>
      </div>
      <Chart ticks={ticks}>
        <svg width={width} height={LANE_HEIGHT} aria-hidden>
          <line className="lt-att-rail" x1={0} x2={width} y1={LANE_HEIGHT - 4} y2={LANE_HEIGHT - 4} />
          {parts.map(({ fromAt, toAt }) => (
            <rect
              key={fromAt}
              className="lt-att-film"
              x={xOf(fromAt)}
              y={(LANE_HEIGHT - BAR_HEIGHT) / 2}
              width={Math.max(DOT_PX, (toAt - fromAt) * scale)}
              height={BAR_HEIGHT}
              rx={3}
            />
          ))}
          {chapters.map(({ at, name }) => (
            <circle
              key={`${at} ${name}`}
              className="lt-att-chapter"
              cx={xOf(at)}
              cy={LANE_HEIGHT / 2}
              r={DOT_PX}
            />
          ))}
        </svg>
        <input
          type="range"
          className="lt-att-seek"
          style={{ left: xOf(first), width: Math.max(44, (last - first) * scale) }}
          min={first}
          max={last}
          step={STEP_MS}
          value={Math.min(Math.max(playsAt ?? first, first), last)}
          aria-label={t.seek}
          aria-valuetext={clock(playsAt ?? first)}
          onChange={({ target }) => onSeek(Number(target.value))}
          data-testid="film-seek"
        />
      </Chart>
      <span />
    </div>
  );
}
