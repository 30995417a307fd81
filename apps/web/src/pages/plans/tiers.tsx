import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { tierField, type TierDraft, type Wrong } from './plan-draft.ts';
import s from './plans.module.css';

const TIERS_MOST = 20;

/** The prices of later units. */
export function Tiers(props: {
  tiers: readonly TierDraft[];
  wrong: Wrong;
  onChange: (tiers: readonly TierDraft[]) => void;
}): JSX.Element {
  const t = useTranslations('plans');
  const { tiers, wrong, onChange } = props;
  const change = (key: string, more: Partial<TierDraft>): void =>
    onChange(tiers.map((tier) => (tier.key === key ? { ...tier, ...more } : tier)));
  return (
    <>
      <h3>{t('tiers')}</h3>
      {tiers.map(({ key, fromUnit, price }) => (
        <div key={key} className={s['tier']}>
          <Field
            label={t('fromUnit')}
            value={fromUnit}
            onChange={(value) => change(key, { fromUnit: value })}
            autoComplete="off"
            inputMode="numeric"
            error={wrong.has(tierField(key)) ? t('tierWrong') : null}
            testId="tier-from"
          />
          <Field
            label={t('fields.price')}
            value={price}
            onChange={(value) => change(key, { price: value })}
            autoComplete="off"
            inputMode="numeric"
            testId="tier-price"
          />
          <Button look="quiet" onPress={() => onChange(tiers.filter((tier) => tier.key !== key))}>
            {t('remove')}
          </Button>
        </div>
      ))}
      {tiers.length < TIERS_MOST && (
        <div>
          <Button
            onPress={() => onChange([...tiers, { key: crypto.randomUUID(), fromUnit: '', price: '' }])}
            data-testid="add-tier"
          >
            {t('addTier')}
          </Button>
        </div>
      )}
    </>
  );
}
