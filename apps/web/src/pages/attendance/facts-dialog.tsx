import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { recordQuery } from '../../app/api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure, Loading } from '../../ui/states.tsx';
import s from './attendance.module.css';
import { factsBehind, type Bar, type StoredFact } from './timeline.ts';

function useExactClock(): (at: number) => string {
  const format = useFormatter();
  return (at) =>
    format.dateTime(new Date(at), {
      hour: 'numeric',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
    });
}

function Facts({ facts }: { facts: readonly StoredFact[] }): JSX.Element {
  const t = useTranslations('attendance');
  const clock = useExactClock();
  if (facts.length === 0) return <p className="muted">{t('noFacts')}</p>;
  return (
    <ul>
      {facts.map((fact) => (
        <li key={fact.seq} className={s['fact']} data-testid="fact">
          <span>
            <span className="digits">{clock(Date.parse(fact.occurredAt))}</span>{' '}
            <strong className={s['factType']}>{fact.type}</strong>
          </span>
          <span className="small muted">
            {t('factSource', { source: fact.source })} ·{' '}
            {t('factReceived', {
              ms: Math.max(0, Date.parse(fact.receivedAt) - Date.parse(fact.occurredAt)),
            })}{' '}
            · <span className="digits">#{fact.seq}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Why a bar begins and ends where it does. */
export function FactsDialog(props: { at: string; bar: Bar | null; onClose: () => void }): JSX.Element {
  const t = useTranslations('attendance');
  const clock = useExactClock();
  const { bar } = props;
  const facts = useQuery(recordQuery<StoredFact>(props.at, 'facts', { enabled: bar !== null }));
  const found = facts.data?.items ?? [];
  return (
    <Dialog title={t('factsTitle')} isOpen={bar !== null} onClose={props.onClose}>
      {facts.isError ? (
        <Failure error={facts.error} onRetry={() => void facts.refetch()} />
      ) : facts.isPending || bar === null ? (
        <Loading />
      ) : (
        <div className={s['ends']} data-testid="facts">
          <h3>{t('factsStart', { at: clock(bar.fromAt) })}</h3>
          <Facts facts={factsBehind(found, bar.sid, bar.fromAt)} />
          <h3>{bar.toAt === null ? t('factsOpen') : t('factsEnd', { at: clock(bar.toAt) })}</h3>
          {bar.toAt !== null && <Facts facts={factsBehind(found, bar.sid, bar.toAt)} />}
        </div>
      )}
    </Dialog>
  );
}
