import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Plan } from '../app/api.ts';

const BASIS_POINTS = 10_000;

/** What a unit of a plan costs or, for who earns by it, brings. */
export const shareOf = ({ price, earnerShareBp }: Plan): number =>
  earnerShareBp == null ? price : (price * earnerShareBp) / BASIS_POINTS;

/** What a unit costs; who earns reads what it brings them, of how much. */
export function Rate({ plan }: { plan: Plan }): JSX.Element {
  const t = useTranslations('receipt');
  const { price, incrementMs, earnerShareBp } = plan;
  const each = incrementMs === 60_000 ? t('aMinute') : t('aStretch', { seconds: incrementMs / 1_000 });
  if (earnerShareBp == null) return <>{t('costs', { price, each })}</>;
  return <>{t('brings', { share: shareOf(plan), price, each })}</>;
}
