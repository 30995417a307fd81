import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import type { Receipt } from '../../app/api.ts';
import { refundsOf } from './refunds.ts';
import s from './receipt.module.css';

/** What the desk gave back of a call, and why: a row a refund, however many units it is of. Staff read by whom. */
export function GivenBack({ receipt }: { receipt: Receipt }): JSX.Element | null {
  const t = useTranslations('receipt');
  const format = useFormatter();
  const refunds = refundsOf(receipt.lines);
  if (refunds.length === 0) return null;
  return (
    <ul aria-label={t('whyBack')}>
      {refunds.map(({ at, reason, by, coins }) => (
        <li key={`${at} ${reason}`} className={s['pause']} data-testid="given-back">
          <span>
            {t('gaveBack', { reason })}
            {by !== null && <span className="small muted"> {t('gaveBackBy', { name: by })}</span>}
          </span>
          <span className={`${s['times']} clock`}>
            {format.dateTime(new Date(at), { dateStyle: 'medium', timeStyle: 'short' })}
          </span>
          <span className="digits">{coins}</span>
        </li>
      ))}
    </ul>
  );
}
