import type { Attendee } from '@latido/protocol';
import {
  useLayoutEffect,
  useRef,
  useState,
  type JSX,
  type ReactNode,
  type RefObject,
  type SVGProps,
} from 'react';
import { AbsentRows, type Absent } from './absent.tsx';
import { formatClock } from '../parts/format.ts';
import { FilmsLane, seeksIn, type Films } from './films.tsx';
import { Chart, PlayheadContext, Ticks, ticksIn, useClockFormat, useWords, type Tick } from './ticks.tsx';
import { Waits } from './waits.tsx';
import { laneKeyOf, unionOf, type Bar, type Lane, type Span } from './timeline.ts';

const LANE_HEIGHT = 34;
const BAR_HEIGHT = 14;
const BAR_MIN = 4;
const DOT_PX = 4;

function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  return [box, width];
}

interface Drawn {
  readonly span: Span;
  readonly width: number;
  readonly onSelect: ((bar: Bar) => void) | undefined;
  readonly films?: Films | undefined;
}

/** A drawn thing that is pressed like a button. */
const buttonOf = (press: () => void): SVGProps<SVGRectElement> => ({
  role: 'button',
  tabIndex: 0,
  onClick: press,
  onKeyDown: (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    press();
  },
});

function Bars(props: Drawn & { lane: Pick<Lane, 'name' | 'bars'> }): JSX.Element {
  const t = useWords();
  const { lane, span, width, onSelect } = props;
  const clock = useClockFormat(span);
  const scale = width / (span.toAt - span.fromAt);
  const middle = (LANE_HEIGHT - BAR_HEIGHT) / 2;
  return (
    <svg width={width} height={LANE_HEIGHT} role="group" aria-label={t.timeline(lane.name)}>
      <line className="lt-att-rail" x1={0} x2={width} y1={LANE_HEIGHT - 4} y2={LANE_HEIGHT - 4} />
      {lane.bars.map((bar) => {
        const x = (bar.fromAt - span.fromAt) * scale;
        const wide = Math.max(BAR_MIN, ((bar.toAt ?? span.toAt) - bar.fromAt) * scale);
        return (
          <rect
            key={`${bar.sid}:${bar.fromAt}`}
            className="lt-att-bar"
            data-testid="attendance-bar"
            x={Math.min(x, width - BAR_MIN)}
            y={middle}
            width={wide}
            height={BAR_HEIGHT}
            rx={3}
            aria-label={t.bar({
              name: lane.name,
              from: clock(bar.fromAt),
              to: bar.toAt === null ? t.now : clock(bar.toAt),
              why: onSelect !== undefined,
            })}
            {...(onSelect ? buttonOf(() => onSelect(bar)) : { role: 'img' })}
          />
        );
      })}
    </svg>
  );
}

/** The time of a person at several devices, taken together: what attendance counts. */
function Union({ lane, span, width }: { lane: Lane; span: Span; width: number }): JSX.Element {
  const scale = width / (span.toAt - span.fromAt);
  return (
    <svg width={width} height={LANE_HEIGHT} aria-hidden>
      <line className="lt-att-rail" x1={0} x2={width} y1={LANE_HEIGHT - 4} y2={LANE_HEIGHT - 4} />
      {unionOf(lane.bars).map(({ fromAt, toAt }) => (
        <rect
          key={fromAt}
          className="lt-att-union"
          x={(fromAt - span.fromAt) * scale}
          y={(LANE_HEIGHT - BAR_HEIGHT) / 2}
          width={Math.max(BAR_MIN, ((toAt ?? span.toAt) - fromAt) * scale)}
          height={BAR_HEIGHT}
          rx={3}
        />
      ))}
    </svg>
  );
}

const lengthOf = (bars: readonly Bar[], nowAt: number): number =>
  bars.reduce((sum, { fromAt, toAt }) => sum + (toAt ?? nowAt) - fromAt, 0);

/** A person's row and, where they were at several devices at once, a row for each of these below it. */
function PersonRows(
  props: Drawn & {
    person: Attendee;
    lane: Lane;
    ticks: readonly Tick[];
    beside: ((person: Attendee) => ReactNode) | undefined;
    waits: ((person: Attendee) => readonly Span[]) | undefined;
  },
): JSX.Element {
  const t = useWords();
  const { person, lane, ticks, span, width } = props;
  const clock = useClockFormat(span);
  const several = lane.devices.length > 1;
  return (
    <>
      <div className="lt-att-lane" role="listitem" data-testid="attendance-row">
        <div className="lt-att-who">
          <strong>{person.name || person.identity}</strong>
          <span>
            {t.visits(person.visits)}
            {person.reconnects > 0 && t.reconnects(person.reconnects)}
          </span>
          <span className="lt-att-clock">
            {clock(Date.parse(person.firstJoinAt))} –{' '}
            {person.lastLeaveAt === null ? t.now : clock(Date.parse(person.lastLeaveAt))}
          </span>
        </div>
        <Chart ticks={ticks} onClick={seeksIn(props.films, props)}>
          {width > 0 && (several ? <Union {...props} /> : <Bars {...props} />)}
          {width > 0 && <Waits {...{ span, width }} name={lane.name} waits={props.waits?.(person) ?? []} />}
        </Chart>
        <span className="lt-att-end">
          <span className="lt-att-present" data-testid="attendance-present">
            {formatClock(person.presentMs)}
          </span>
          {props.beside?.(person)}
        </span>
      </div>
      {several &&
        lane.devices.map((bars, n) => (
          <div
            // Devices have no name: their order is all that is known of them.
            key={n}
            className="lt-att-lane lt-att-device"
            role="listitem"
            data-testid="device-row"
          >
            <span className="lt-att-device-name">{t.device(n + 1)}</span>
            <Chart ticks={ticks}>
              {width > 0 && <Bars {...props} lane={{ name: `${lane.name}, ${t.device(n + 1)}`, bars }} />}
            </Chart>
            <span className="lt-att-present lt-att-small">{formatClock(lengthOf(bars, span.toAt))}</span>
          </div>
        ))}
    </>
  );
}

/** A charge, where the billable clock reached it. */
export interface Mark {
  readonly at: number;
  readonly coins: number;
}

/** What was paid, and when: a dot a unit. */
function Marks(props: {
  marks: readonly Mark[];
  isEarned: boolean;
  ticks: readonly Tick[];
  span: Span;
  width: number;
}): JSX.Element {
  const t = useWords();
  const { marks, span, width } = props;
  const scale = width / (span.toAt - span.fromAt);
  const name = props.isEarned ? t.earned : t.charged;
  return (
    <div className="lt-att-lane" role="listitem" data-testid="charges-lane">
      <div className="lt-att-who">
        <strong>{name}</strong>
        <span>{t.charges(marks.length)}</span>
      </div>
      <Chart ticks={props.ticks}>
        <svg width={width} height={LANE_HEIGHT} aria-hidden>
          <line className="lt-att-rail" x1={0} x2={width} y1={LANE_HEIGHT / 2} y2={LANE_HEIGHT / 2} />
          {marks.map(({ at }) => (
            <circle
              key={at}
              className="lt-att-mark"
              cx={(at - span.fromAt) * scale}
              cy={LANE_HEIGHT / 2}
              r={DOT_PX}
            />
          ))}
        </svg>
      </Chart>
      <span className="lt-att-present">{marks.reduce((sum, { coins }) => sum + coins, 0)}</span>
    </div>
  );
}

/** What was charged in a call, or earned by the reader. */
export interface Charges {
  readonly marks: readonly Mark[];
  readonly isEarned: boolean;
}

/** A lane a person: solid while proven connected, with the gaps left open. */
export function Lanes(props: {
  lanes: readonly Lane[];
  people: readonly Attendee[];
  span: Span;
  onSelect: ((bar: Bar) => void) | undefined;
  charges: Charges | undefined;
  films: Films | undefined;
  beside: ((person: Attendee) => ReactNode) | undefined;
  waits: ((person: Attendee) => readonly Span[]) | undefined;
  absent: readonly Absent[];
}): JSX.Element {
  const t = useWords();
  const { lanes, people, span, onSelect, charges, films, beside, waits, absent } = props;
  const [box, width] = useWidth();
  const ticks = width > 0 ? ticksIn(span, width) : [];
  const laneOf = new Map(lanes.map((lane) => [lane.key, lane]));
  const noLane = ({ identity, name }: Attendee): Lane => ({ key: identity, name, bars: [], devices: [] });
  const playsAt = films?.playsAt ?? null;
  const playhead = playsAt === null ? null : ((playsAt - span.fromAt) * width) / (span.toAt - span.fromAt);
  return (
    <PlayheadContext value={playhead}>
      <div className="lt-att-lanes" role="list">
        <div className="lt-att-lane lt-att-head" aria-hidden>
          <span>{t.person}</span>
          <div ref={box} className="lt-att-chart">
            {width > 0 && <Ticks ticks={ticks} span={span} width={width} />}
          </div>
          <span>{t.present}</span>
        </div>
        {films && width > 0 && <FilmsLane {...{ films, ticks, span, width }} />}
        {people.map((person) => (
          <PersonRows
            key={person.identity}
            person={person}
            lane={laneOf.get(laneKeyOf(person)) ?? noLane(person)}
            {...{ ticks, span, width, onSelect, films, beside, waits }}
          />
        ))}
        <AbsentRows {...{ absent, ticks, span, width, films }} />
        {charges && charges.marks.length > 0 && (
          <Marks {...charges} ticks={ticks} span={span} width={width} />
        )}
      </div>
    </PlayheadContext>
  );
}
