import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Actions } from '../../ui/layout.tsx';
import type { PackDraft, PackField } from './pack-draft.ts';
import s from './plans.module.css';

const FIELDS = ['id', 'name', 'coins', 'bonus', 'amount', 'currency'] as const satisfies readonly PackField[];
const KEYBOARDS = { coins: 'numeric', bonus: 'numeric', amount: 'decimal' } as const;

/** One pack. Without `onUp` it is the first. */
export function PackRow(props: {
  draft: PackDraft;
  wrong: readonly PackField[];
  onChange: (draft: PackDraft) => void;
  onRemove: () => void;
  onUp?: () => void;
}): JSX.Element {
  const t = useTranslations('plans');
  const { draft, wrong, onChange, onRemove, onUp } = props;
  return (
    <div className={s['pack']} data-testid="pack-row" role="group" aria-label={draft.name}>
      {FIELDS.map((field) => (
        <Field
          key={field}
          label={t(`pack.${field}`)}
          value={draft[field]}
          onChange={(value) => onChange({ ...draft, [field]: value })}
          autoComplete="off"
          {...(field in KEYBOARDS ? { inputMode: KEYBOARDS[field as keyof typeof KEYBOARDS] } : {})}
          error={wrong.includes(field) ? t(`packWrong.${field}`) : null}
          testId={`pack-${field}`}
        />
      ))}
      <Actions>
        {onUp && (
          <Button look="quiet" onPress={onUp}>
            {t('up')}
          </Button>
        )}
        <Button look="quiet" onPress={onRemove}>
          {t('remove')}
        </Button>
      </Actions>
    </div>
  );
}
