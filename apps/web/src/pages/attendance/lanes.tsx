import { formatClock } from '@latido/react';
import { useLayoutEffect, useRef, useState, type JSX, type KeyboardEvent, type RefObject } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import type { Attendee } from '../../app/api.ts';
import s from './attendance.module.css';
import { laneKeyOf, ticksOf, type Bar, type Lane } from './timeline.ts';

interface Span {
  readonly fromAt: number;
  readonly toAt: number;
}

const LANE_HEIGHT = 34;
const BAR_HEIGHT = 14;
const BAR_MIN = 4;
const TICK_PX = 96;

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

function useClockFormat(span: Span): (at: number) => string {
  const format = useFormatter();
  const fine = span.toAt - span.fromAt < 600_000;
  return (at) => format.dateTime(new Date(at), { timeStyle: fine ? 'medium' : 'short' });
}

function Ticks({ span, width }: { span: Span; width: number }): JSX.Element {
  const clock = useClockFormat(span);
  const xOf = (at: number): number => ((at - span.fromAt) / (span.toAt - span.fromAt)) * width;
  return (
    <svg width={width} height={16} aria-hidden>
      {ticksOf(span.fromAt, span.toAt, Math.max(1, Math.floor(width / TICK_PX))).map((at) => {
        const x = xOf(at);
        const anchor = x < 24 ? 'start' : x > width - 24 ? 'end' : 'middle';
        return (
          <text key={at} className={s['tick']} x={x} y={12} textAnchor={anchor}>
            {clock(at)}
          </text>
        );
      })}
    </svg>
  );
}

function Bars(props: { lane: Lane; span: Span; width: number; onSelect: (bar: Bar) => void }): JSX.Element {
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

/** Props of {@link Lanes}. */
export interface LanesProps {
  readonly lanes: readonly Lane[];
  readonly people: readonly Attendee[];
  readonly span: Span;
  readonly onSelect: (bar: Bar) => void;
}

/** A lane a person: solid while proven connected, with the gaps left open. */
export function Lanes({ lanes, people, span, onSelect }: LanesProps): JSX.Element {
  const t = useTranslations('attendance');
  const clock = useClockFormat(span);
  const [box, width] = useWidth();
  const laneOf = new Map(lanes.map((lane) => [lane.key, lane]));
  return (
    <div>
      <div className={s['lanes']} role="list">
        <div className={`${s['lane']} ${s['head']}`} aria-hidden>
          <span>{t('person')}</span>
          <div ref={box} className={s['chart']}>
            {width > 0 && <Ticks span={span} width={width} />}
          </div>
          <span>{t('present')}</span>
        </div>
        {people.map((person) => {
          const lane = laneOf.get(laneKeyOf(person)) ?? { key: person.identity, name: person.name, bars: [] };
          return (
            <div key={person.identity} className={s['lane']} role="listitem" data-testid="attendance-row">
              <div className={s['who']}>
                <strong>{person.name || person.identity}</strong>
                <span>
                  {t('visits', { visits: person.visits })}
                  {t('reconnects', { reconnects: person.reconnects })}
                </span>
                <span className="digits">
                  {clock(Date.parse(person.firstJoinAt))} –{' '}
                  {person.lastLeaveAt === null ? t('now') : clock(Date.parse(person.lastLeaveAt))}
                </span>
              </div>
              <div className={s['chart']}>
                {width > 0 && <Bars lane={lane} span={span} width={width} onSelect={onSelect} />}
              </div>
              <span className={`${s['present']} digits`} data-testid="attendance-present">
                {formatClock(person.presentMs)}
              </span>
            </div>
          );
        })}
      </div>
      <p className={s['legend']}>{t('legend')}</p>
    </div>
  );
}
