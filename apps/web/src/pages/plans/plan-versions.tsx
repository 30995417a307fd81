import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { versionsQuery } from '../../app/plans.ts';
import { Rate } from '../../ui/rate.tsx';
import s from './plans.module.css';

/** What a plan was before. */
export function PlanVersions({ id }: { id: string }): JSX.Element {
  const t = useTranslations('plans');
  const format = useFormatter();
  const versions = useQuery(versionsQuery(id)).data?.items ?? [];
  return (
    <details>
      <summary>{t('versions', { versions: versions.length })}</summary>
      <ul className={s['versions']}>
        {versions.map((version) => (
          <li key={version.version} className="small" data-testid="plan-version">
            {t('version', { version: version.version })} ·{' '}
            {format.dateTime(new Date(version.writtenAt), { dateStyle: 'medium', timeStyle: 'short' })} ·{' '}
            <Rate plan={{ ...version, earnerShareBp: null }} />{' '}
            {t('shareOf', { share: version.earnerShareBp / 100 })}
          </li>
        ))}
      </ul>
    </details>
  );
}
