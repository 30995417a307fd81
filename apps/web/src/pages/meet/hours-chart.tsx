import type { EarnedHours } from '@latido/protocol';
import { queryOptions } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { api } from '../../app/api.ts';
import s from './meet.module.css';

const ASK_EVERY_MS = 15_000;
const WIDTH = 480;
const HEIGHT = 72;

/** The reader's own midnight before an instant. */
export const midnightOf = (now: Date): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate());

type Hours = EarnedHours['hours'];

/** What each hour from an instant on has brought. */
export const hoursQuery = (from: Date) =>
  queryOptions({
    queryKey: ['earnings', 'hours', from.toISOString()],
    queryFn: () =>
      api.send<EarnedHours>('GET', `/api/v1/earnings/hours?from=${encodeURIComponent(from.toISOString())}`),
    refetchInterval: ASK_EVERY_MS,
  });

/** What each hour of this day has brought: bars to look at, and the same as a table to be read out. */
export function HoursChart({ hours }: { hours: Hours }): JSX.Element | null {
  const t = useTranslations('meet');
  if (hours.every(({ coins }) => coins === 0)) return null;
  return (
    <figure className={s['hours']} data-testid="hours-chart">
      <figcaption className="small muted">{t('hours')}</figcaption>
      <Bars hours={hours} />
      <HoursTable hours={hours.filter(({ coins }) => coins !== 0)} />
    </figure>
  );
}

function Bars({ hours }: { hours: Hours }): JSX.Element {
  const format = useFormatter();
  const most = Math.max(1, ...hours.map(({ coins }) => coins));
  const step = WIDTH / hours.length;
  const timeOf = (startsAt: string): string => format.dateTime(new Date(startsAt), { timeStyle: 'short' });
  return (
    <div aria-hidden>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
        <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        {hours.map(({ startsAt, coins }, n) => {
          const height = coins <= 0 ? 0 : Math.max(2, (coins / most) * (HEIGHT - 2));
          return (
            <rect key={startsAt} x={n * step + 2} y={HEIGHT - height} width={step - 4} height={height} rx={2}>
              <title>{`${timeOf(startsAt)}: ${coins}`}</title>
            </rect>
          );
        })}
      </svg>
      <div className={`${s['scale']} small muted`}>
        {[0, 6, 12, 18].map((n) => (
          <span key={n} className="clock">
            {hours[n] && format.dateTime(new Date(hours[n].startsAt), { hour: 'numeric' })}
          </span>
        ))}
      </div>
    </div>
  );
}

function HoursTable({ hours }: { hours: Hours }): JSX.Element {
  const t = useTranslations('meet');
  const format = useFormatter();
  return (
    <table className="sr">
      <caption>{t('hours')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('hourFrom')}</th>
          <th scope="col">{t('hourCoins')}</th>
        </tr>
      </thead>
      <tbody>
        {hours.map(({ startsAt, coins }) => (
          <tr key={startsAt}>
            <th scope="row">{format.dateTime(new Date(startsAt), { timeStyle: 'short' })}</th>
            <td>{coins}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
