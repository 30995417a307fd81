import { unitPrice, unitShare } from '@latido/react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Plan } from '../app/api.ts';

/** What a unit costs; who earns reads what it brings them, of how much. */
export function Rate({ plan }: { plan: Plan }): JSX.Element {
  const t = useTranslations('receipt');
  const { incrementMs, earnerShareBp } = plan;
  const price = unitPrice(plan);
  const each = incrementMs === 60_000 ? t('aMinute') : t('aStretch', { seconds: incrementMs / 1_000 });
  if (earnerShareBp == null) return <>{t('costs', { price, each })}</>;
  return <>{t('brings', { share: unitShare(plan), price, each })}</>;
}
