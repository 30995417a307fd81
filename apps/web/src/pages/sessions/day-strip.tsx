import type { JSX } from 'react';
import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { useFormatter, useTranslations } from 'use-intl';
import s from './sessions.module.css';

/** A day of the strip: its name, any instant of it, and how many times are free. */
export interface StripDay {
  readonly id: string;
  readonly at: string;
  readonly free: number;
}

/** The days on which something is free, side by side, of which one is chosen: one stop for Tab, arrows lead from day to day. */
export function DayStrip(props: {
  days: readonly StripDay[];
  zone: string;
  value: string;
  onChange: (id: string) => void;
}): JSX.Element {
  const t = useTranslations('sessions');
  const format = useFormatter();
  const part = (at: string, of: Intl.DateTimeFormatOptions): string =>
    format.dateTime(new Date(at), { ...of, timeZone: props.zone } as Parameters<typeof format.dateTime>[1] &
      object);
  return (
    <RadioGroup
      className={s['days'] ?? ''}
      orientation="horizontal"
      value={props.value}
      onChange={props.onChange}
      data-testid="days"
    >
      <Label className="sr">{t('weekday')}</Label>
      {props.days.map(({ id, at, free }) => (
        <Radio
          key={id}
          value={id}
          className={s['dayOf'] ?? ''}
          aria-label={`${id}, ${t('freeCount', { count: free })}`}
          data-testid="slot-day"
        >
          <span className="small muted">{part(at, { weekday: 'short' })}</span>
          <span className="digits">{part(at, { day: 'numeric' })}</span>
          <span className="small muted">{part(at, { month: 'short' })}</span>
        </Radio>
      ))}
    </RadioGroup>
  );
}
