import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useChanges } from '../../app/collections.ts';
import { Button } from '../../ui/button.tsx';
import s from './collect.module.css';

/** What was not sent yet, and what was refused: neither is lost without a word. */
export function WaitingLine(): JSX.Element | null {
  const t = useTranslations('collect');
  const { waiting, drop } = useChanges();
  if (waiting.length === 0) return null;
  const unsent = waiting.filter(({ refused }) => refused !== true).length;
  return (
    <div className={s['waiting']} role="status">
      {unsent > 0 && <p data-testid="unsent">{t('waitsText', { count: unsent })}</p>}
      {waiting
        .filter(({ refused }) => refused === true)
        .map(({ id, label }) => (
          <p key={id} className={s['refused']} data-testid="refused">
            {t('refused', { label })}{' '}
            <Button look="quiet" onPress={() => drop(id)}>
              {t('forget')}
            </Button>
          </p>
        ))}
    </div>
  );
}
