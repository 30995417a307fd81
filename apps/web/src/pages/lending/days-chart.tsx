import type { JSX } from 'react';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { amountText } from '../../app/amounts.ts';
import type { CollectionsOverview } from '../../app/collections.ts';
import { dayAt } from '../collect/numbers.ts';
import s from './lending.module.css';

const SHOWN = 30;
const DAY_MS = 86_400_000;
const WIDTH = 600;
const HEIGHT = 96;
const STEP = WIDTH / SHOWN;

type Day = CollectionsOverview['days'][number];

/** What was collected day by day: one chart a currency, since sums of several mean nothing. */
export function DaysChart({ days, today }: { days: readonly Day[]; today: string }): JSX.Element {
  const t = useTranslations('lending');
  const currencies = [...new Set(days.map(({ currency }) => currency))];
  return (
    <section className={s['part']} data-testid="days-chart">
      <h2>{t('chart')}</h2>
      {currencies.length === 0 && <p className="muted">{t('chartNone')}</p>}
      {currencies.map((currency) => (
        <Bars
          key={currency}
          days={days.filter((day) => day.currency === currency)}
          {...{ currency, today }}
        />
      ))}
    </section>
  );
}

/** The days up to today, oldest first. */
const lastDays = (today: string): string[] =>
  Array.from({ length: SHOWN }, (_, at) =>
    new Date(Date.parse(`${today}T00:00:00Z`) - (SHOWN - 1 - at) * DAY_MS).toISOString().slice(0, 10),
  );

function Bars(props: { days: readonly Day[]; currency: string; today: string }): JSX.Element {
  const t = useTranslations('lending');
  const locale = useLocale();
  const format = useFormatter();
  const { days, currency, today } = props;
  const amounts = new Map(days.map(({ day, amount }) => [day, amount]));
  const most = Math.max(1, ...amounts.values());
  const words = ({ day, amount }: Day): string =>
    t('chartDay', {
      day: format.dateTime(dayAt(day), { day: 'numeric', month: 'short' }),
      amount: amountText(locale, amount, currency),
    });
  return (
    <figure className={s['chart']}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
        <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        {lastDays(today).map((day, at) => {
          const amount = amounts.get(day) ?? 0;
          const height = amount === 0 ? 0 : Math.max(2, (amount / most) * (HEIGHT - 2));
          return (
            <rect key={day} x={at * STEP + 2} y={HEIGHT - height} width={STEP - 4} height={height} rx={2}>
              <title>{words({ day, currency, amount })}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption className="small muted">{t('chartIn', { currency })}</figcaption>
      <ul className="sr">
        {days.map((day) => (
          <li key={day.day}>{words(day)}</li>
        ))}
      </ul>
    </figure>
  );
}
