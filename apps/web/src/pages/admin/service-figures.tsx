import type { ServiceLevels } from '@latido/protocol';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { api, type CallState } from '../../app/api.ts';
import s from './admin.module.css';
import { Figure } from './figure.tsx';

const POLL_MS = 30_000;
const TOLD_GOAL_MS = 3_000;
const FALSE_GOAL = 0.005;

/** Four figures with their goals: calls now, how soon partners are told, what webhooks told, false alarms. */
export function ServiceFigures({ calls }: { calls: readonly CallState[] }): JSX.Element {
  const t = useTranslations();
  const levels = useQuery({
    queryKey: ['admin', 'service-levels'],
    queryFn: () => api.send<ServiceLevels>('GET', '/api/v1/admin/service-levels'),
    refetchInterval: POLL_MS,
  });
  const count = (status: string): number => calls.filter((call) => call.status === status).length;
  return (
    <div className={s['figures']}>
      <Figure
        name={t('admin.now')}
        hint={t('watch.nowHint', { together: count('live'), away: count('reconnecting') })}
      >
        {calls.length}
      </Figure>
      {levels.data && <LevelFigures levels={levels.data} />}
    </div>
  );
}

function LevelFigures({ levels: { told, joins } }: { levels: ServiceLevels }): JSX.Element {
  const t = useTranslations('watch');
  const format = useFormatter();
  const ms = told.p99Ms ?? told.worstMs;
  const percent = (share: number): string =>
    format.number(share, { style: 'percent', maximumFractionDigits: 1 });
  const falseShare = told.count === 0 ? 0 : told.falseAlarms / told.count;
  return (
    <>
      <Figure
        name={ms === null ? t('toldNone') : t('told', { what: told.p99Ms === null ? 'worst' : 'p99' })}
        hint={ms === null ? t('noneYet') : t('goalSeconds', { seconds: TOLD_GOAL_MS / 1000 })}
        bad={ms !== null && ms > TOLD_GOAL_MS}
      >
        {ms === null ? '–' : format.number(ms / 1000, { maximumFractionDigits: 1 })}
        {ms !== null && <small> s</small>}
      </Figure>
      <Figure name={t('webhooks')} hint={t('repaired', { repaired: joins.repaired })}>
        {joins.count === 0 ? '–' : percent(1 - joins.repaired / joins.count)}
      </Figure>
      <Figure
        name={t('falseAlarms')}
        hint={t('goalPercent', { percent: FALSE_GOAL * 100, count: told.count })}
        bad={falseShare > FALSE_GOAL}
      >
        {percent(falseShare)}
      </Figure>
    </>
  );
}
