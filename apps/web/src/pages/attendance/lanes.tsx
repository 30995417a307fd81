import { formatClock } from '@latido/react';
import { useLayoutEffect, useRef, useState, type JSX, type KeyboardEvent, type RefObject } from 'react';
import { useTranslations } from 'use-intl';
import type { Attendee } from '../../app/api.ts';
import s from './attendance.module.css';
import { Chart, Ticks, ticksIn, useClockFormat, type Span, type Tick } from './ticks.tsx';
import { laneKeyOf, unionOf, type Bar, type Lane } from './timeline.ts';

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
  readonly onSelect: (bar: Bar) => void;
}

function Bars(props: Drawn & { lane: Pick<Lane, 'name' | 'bars'> }): JSX.Element {
  const t = useTranslations('attendance');
  const { lane, span, width } = props;
  const clock = useClockFormat(span);
  const scale = width / (span.toAt - span.fromAt);
  const middle = (LANE_HEIGHT - BAR_HEIGHT) / 2;
  return (
    <svg width={width} height={LANE_HEIGHT} role="group" aria-label={t('timeline', { name: lane.name })}>
      <line className={s['rail']} x1={0} x2={width} y1={LANE_HEIGHT - 4} y2={LANE_HEIGHT - 4} />
      {lane.bars.map((bar) => {
        const x = (bar.fromAt - span.fromAt) * scale;
        const wide = Math.max(BAR_MIN, ((bar.toAt ?? span.toAt) - bar.fromAt) * scale);
        const select = (): void => props.onSelect(bar);
        const press = (event: KeyboardEvent): void => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          select();
        };
        return (
          <rect
            key={`${bar.sid}:${bar.fromAt}`}
            className={s['bar']}
            data-testid="attendance-bar"
            x={Math.min(x, width - BAR_MIN)}
            y={middle}
            width={wide}
            height={BAR_HEIGHT}
            rx={3}
            role="button"
            tabIndex={0}
            aria-label={t('bar', {
              name: lane.name,
              from: clock(bar.fromAt),
              to: bar.toAt === null ? t('now') : clock(bar.toAt),
            })}
            onClick={select}
            onKeyDown={press}
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
      <line className={s['rail']} x1={0} x2={width} y1={LANE_HEIGHT - 4} y2={LANE_HEIGHT - 4} />
      {unionOf(lane.bars).map(({ fromAt, toAt }) => (
        <rect
          key={fromAt}
          className={s['union']}
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
function PersonRows(props: Drawn & { person: Attendee; lane: Lane; ticks: readonly Tick[] }): JSX.Element {
  const t = useTranslations('attendance');
  const { person, lane, ticks, span, width } = props;
  const clock = useClockFormat(span);
  const several = lane.devices.length > 1;
  return (
    <>
      <div className={s['lane']} role="listitem" data-testid="attendance-row">
        <div className={s['who']}>
          <strong>{person.name || person.identity}</strong>
          <span>
            {t('visits', { visits: person.visits })}
            {person.reconnects > 0 ? t('reconnects', { reconnects: person.reconnects }) : null}
          </span>
          <span className="clock">
            {clock(Date.parse(person.firstJoinAt))} –{' '}
            {person.lastLeaveAt === null ? t('now') : clock(Date.parse(person.lastLeaveAt))}
          </span>
        </div>
        <Chart ticks={ticks}>{width > 0 && (several ? <Union {...props} /> : <Bars {...props} />)}</Chart>
        <span className={`${s['present']} digits`} data-testid="attendance-present">
          {formatClock(person.presentMs)}
        </span>
      </div>
      {several &&
        lane.devices.map((bars, n) => (
          <div
            // Devices have no name: their order is all that is known of them.
            key={n}
            className={`${s['lane']} ${s['device']}`}
            role="listitem"
            data-testid="device-row"
          >
            <span className={s['deviceName']}>{t('device', { n: n + 1 })}</span>
            <Chart ticks={ticks}>
              {width > 0 && (
                <Bars {...props} lane={{ name: `${lane.name}, ${t('device', { n: n + 1 })}`, bars }} />
              )}
            </Chart>
            <span className={`${s['present']} small digits`}>{formatClock(lengthOf(bars, span.toAt))}</span>
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
  const t = useTranslations('attendance');
  const { marks, span, width } = props;
  const scale = width / (span.toAt - span.fromAt);
  const name = t(props.isEarned ? 'earnedLane' : 'chargedLane');
  return (
    <div className={s['lane']} role="listitem" data-testid="charges-lane">
      <div className={s['who']}>
        <strong>{name}</strong>
        <span>{t('charges', { charges: marks.length })}</span>
      </div>
      <Chart ticks={props.ticks}>
        <svg width={width} height={LANE_HEIGHT} aria-hidden>
          <line className={s['rail']} x1={0} x2={width} y1={LANE_HEIGHT / 2} y2={LANE_HEIGHT / 2} />
          {marks.map(({ at }) => (
            <circle
              key={at}
              className={s['mark']}
              cx={(at - span.fromAt) * scale}
              cy={LANE_HEIGHT / 2}
              r={DOT_PX}
            />
          ))}
        </svg>
      </Chart>
      <span className={`${s['present']} digits`}>{marks.reduce((sum, { coins }) => sum + coins, 0)}</span>
    </div>
  );
}

/** Props of {@link Lanes}. */
export interface LanesProps {
  readonly lanes: readonly Lane[];
  readonly people: readonly Attendee[];
  readonly span: Span;
  readonly onSelect: (bar: Bar) => void;
  /** What was charged, or earned by the reader; absent where nobody pays. */
  readonly charges?: { readonly marks: readonly Mark[]; readonly isEarned: boolean } | undefined;
}

/** A lane a person: solid while proven connected, with the gaps left open. */
export function Lanes({ lanes, people, span, onSelect, charges }: LanesProps): JSX.Element {
  const t = useTranslations('attendance');
  const [box, width] = useWidth();
  const ticks = width > 0 ? ticksIn(span, width) : [];
  const laneOf = new Map(lanes.map((lane) => [lane.key, lane]));
  return (
    <div>
      <div className={s['lanes']} role="list">
        <div className={`${s['lane']} ${s['head']}`} aria-hidden>
          <span>{t('person')}</span>
          <div ref={box} className={s['chart']}>
            {width > 0 && <Ticks ticks={ticks} span={span} width={width} />}
          </div>
          <span>{t('present')}</span>
        </div>
        {people.map((person) => (
          <PersonRows
            key={person.identity}
            person={person}
            lane={
              laneOf.get(laneKeyOf(person)) ?? {
                key: person.identity,
                name: person.name,
                bars: [],
                devices: [],
              }
            }
            ticks={ticks}
            span={span}
            width={width}
            onSelect={onSelect}
          />
        ))}
        {charges && charges.marks.length > 0 && (
          <Marks {...charges} ticks={ticks} span={span} width={width} />
        )}
      </div>
      <p className={s['legend']}>{t(charges ? 'legendPaid' : 'legend')}</p>
    </div>
  );
}
