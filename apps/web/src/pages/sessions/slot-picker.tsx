import { useQuery } from '@tanstack/react-query';
import { useState, type JSX, type ReactNode } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { slotsQuery } from '../../app/sessions.ts';
import { Card } from '../../ui/layout.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { DayStrip } from './day-strip.tsx';
import s from './sessions.module.css';
import { Slots } from './slots.tsx';
import { ownZone } from './when.tsx';

/** A time that was chosen, and the mentor's zone. */
export interface ChosenSlot {
  readonly startsAt: string;
  readonly endsAt: string;
  readonly timeZone: string;
}

/** The free times of an offering, by day, of which one is chosen, and below them what is done with it. */
export function SlotPicker(props: {
  mentorId: string;
  offeringId: string;
  above: ReactNode;
  /** Whether there is room for what is done with it beside the times. */
  isWide?: boolean;
  /** Null until one is chosen, and again when it was taken meanwhile. */
  children: (slot: ChosenSlot | null) => ReactNode;
}): JSX.Element {
  const t = useTranslations('sessions');
  const format = useFormatter();
  const slots = useQuery(slotsQuery(props.mentorId, props.offeringId));
  const [startsAt, setStartsAt] = useState<string | null>(null);
  const [wanted, setDay] = useState('');
  const zone = ownZone();
  if (slots.isPending) return <Loading />;
  if (slots.isLoadingError) return <Failure error={slots.error} onRetry={() => void slots.refetch()} />;
  const { items, timeZone } = slots.data;
  const dayOf = (at: string): string =>
    format.dateTime(new Date(at), { weekday: 'long', day: 'numeric', month: 'long', timeZone: zone });
  const days = new Map<string, (typeof items)[number][]>();
  for (const slot of items) days.set(dayOf(slot.startsAt), [...(days.get(dayOf(slot.startsAt)) ?? []), slot]);
  const chosen = items.find((slot) => slot.startsAt === startsAt);
  // A day whose last time was taken meanwhile is not there any more.
  const day = days.has(wanted) ? wanted : ([...days.keys()][0] ?? '');
  if (days.size === 0) return <Empty title={t('noTimes')} text={t('noTimesText')} />;
  return (
    <Card>
      <div className={s['picker']} data-wide={props.isWide}>
        <div className={s['pick']}>
          {props.above}
          <DayStrip
            days={[...days].map(([id, free]) => ({ id, at: free[0]?.startsAt ?? '', free: free.length }))}
            zone={zone}
            value={day}
            onChange={setDay}
          />
          <Slots
            key={day}
            label={day}
            slots={days.get(day) ?? []}
            zone={zone}
            chosen={startsAt}
            onChoose={setStartsAt}
          />
          <p className="small muted">{t('zone', { zone })}</p>
        </div>
        <div className={s['then']}>
          {props.children(chosen ? { ...chosen, timeZone: timeZone ?? zone } : null)}
        </div>
      </div>
    </Card>
  );
}
