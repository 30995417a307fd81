import type { Bar } from '@latido/react/attendance';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { recordQuery } from '../../app/api.ts';
import { lateMs, useFactSentence } from '../../app/fact-sentence.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure, Loading } from '../../ui/states.tsx';
import s from './attendance.module.css';
import { factsBehind, type StoredFact } from './facts-behind.ts';

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

/** Facts as sentences; the codes that machines know them by are folded below. */
function Facts({ facts, name }: { facts: readonly StoredFact[]; name: string }): JSX.Element {
  const t = useTranslations('attendance');
  const clock = useExactClock();
  const sentence = useFactSentence();
  if (facts.length === 0) return <p className="muted">{t('noFacts')}</p>;
  return (
    <>
      <ul>
        {facts.map((fact) => (
          <li key={fact.seq} className={s['fact']} data-testid="fact">
            {sentence(fact, name)}
          </li>
        ))}
      </ul>
      <details className={s['codes']}>
        <summary>{t('codes')}</summary>
        <ul>
          {facts.map((fact) => (
            <li key={fact.seq} className="small">
              <code>
                #{fact.seq} {fact.source}.{fact.type}
              </code>
              <span className="muted">
                {clock(Date.parse(fact.occurredAt))} · {t('factReceived', { ms: lateMs(fact) })}
              </span>
            </li>
          ))}
        </ul>
      </details>
    </>
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
      {facts.isLoadingError ? (
        <Failure error={facts.error} onRetry={() => void facts.refetch()} />
      ) : facts.isPending || bar === null ? (
        <Loading />
      ) : (
        <div className={s['ends']} data-testid="facts">
          <h3>{t('factsStart', { at: clock(bar.fromAt) })}</h3>
          <Facts name={bar.name} facts={factsBehind(found, bar.sid, bar.fromAt)} />
          <h3>{bar.toAt === null ? t('factsOpen') : t('factsEnd', { at: clock(bar.toAt) })}</h3>
          {bar.toAt !== null && <Facts name={bar.name} facts={factsBehind(found, bar.sid, bar.toAt)} />}
        </div>
      )}
    </Dialog>
  );
}
