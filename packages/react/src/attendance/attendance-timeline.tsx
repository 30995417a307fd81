import type { Attendee } from '@latido/protocol';
import { useMemo, type JSX, type ReactNode } from 'react';
import type { Absent } from './absent.tsx';
import type { Films } from './films.tsx';
import { enAttendanceLabels, type AttendanceLabels } from './labels.ts';
import { Lanes, type Charges } from './lanes.tsx';
import { AttendanceLabelsContext } from './ticks.tsx';
import { lanesOf, spanOf, unansweredOf, type Bar, type Span, type Stay } from './timeline.ts';

/** Props of {@link AttendanceTimeline}. */
export interface AttendanceTimelineProps {
  /** The items of `GET /api/v1/calls/{id}/attendance`, or of a room's or a booking's. */
  readonly people: readonly Attendee[];
  /** The items of `GET …/intervals`. */
  readonly stays: readonly Stay[];
  /** What is drawn; default: from the first arrival to the last end, or to `nowAt` while somebody is there. */
  readonly span?: Span | undefined;
  /** When these were read, epoch ms. */
  readonly nowAt: number;
  /** What was charged; absent where nobody pays. */
  readonly charges?: Charges | undefined;
  /** Makes a button of each bar. */
  readonly onSelect?: ((bar: Bar) => void) | undefined;
  /** What was recorded, as a lane on the same axis; pressing a lane then looks there. */
  readonly films?: Films | undefined;
  /** When somebody waited to be let in, as stripes before their bars. */
  readonly waits?: ((person: Attendee) => readonly Span[]) | undefined;
  /** Who was expected and never came, as empty lanes below; drawn where anybody came at all. */
  readonly absent?: readonly Absent[] | undefined;
  /** What else stands at the end of a person's lane: what is said of their coming. */
  readonly beside?: ((person: Attendee) => ReactNode) | undefined;
  readonly labels?: AttendanceLabels;
}

const NOBODY: readonly Absent[] = [];

/** What was recorded a moment longer than anybody was there is in the picture, too, and who waited before. */
const spanWith = (span: Span, more: readonly Span[]): Span => ({
  fromAt: Math.min(span.fromAt, ...more.map(({ fromAt }) => fromAt)),
  toAt: Math.max(span.toAt, ...more.map(({ toAt }) => toAt)),
});

/**
 * Who was in a call, and when: a lane a person, solid while they are proven connected, with the gaps left open; below a person who was at
 * several devices at once a lane for each. Nothing is drawn where nobody was. Wants `@latido/react/attendance.css`.
 */
export function AttendanceTimeline(props: AttendanceTimelineProps): JSX.Element {
  const { people, stays, nowAt, charges, onSelect, beside, waits, absent = NOBODY } = props;
  const { labels = enAttendanceLabels } = props;
  const films = props.films && props.films.parts.length > 0 ? props.films : undefined;
  const lanes = useMemo(() => lanesOf(stays), [stays]);
  const waited = [
    ...people.flatMap((person) => waits?.(person) ?? []),
    ...absent.flatMap((person) => person.waits),
  ];
  const legend = charges ? labels.legendPaid : labels.legend;
  return (
    <AttendanceLabelsContext value={labels}>
      <div className="lt-att">
        {people.length > 0 && (
          <>
            <Lanes
              {...{ lanes, people, onSelect, charges, films, beside, waits, absent }}
              span={props.span ?? spanWith(spanOf(people, nowAt), [...(films?.parts ?? []), ...waited])}
            />
            <p className="lt-att-legend">
              {[
                legend,
                waited.length > 0 && labels.legendWaited,
                onSelect && labels.legendWhy,
                films && labels.legendFilm,
              ]
                .filter(Boolean)
                .join(' ')}
            </p>
          </>
        )}
        {unansweredOf(stays).map(({ sid, name, reason }) => (
          <p key={sid} className="lt-att-small" data-testid="unanswered">
            {labels.unanswered({ name, reason })}
          </p>
        ))}
      </div>
    </AttendanceLabelsContext>
  );
}
