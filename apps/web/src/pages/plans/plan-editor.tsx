import { PRICE_POLICIES, type PlanShown } from '@latido/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { writePlan } from '../../app/plans.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Form } from '../../ui/form.tsx';
import { Actions, Card } from '../../ui/layout.tsx';
import { useToast } from '../../ui/toast.tsx';
import {
  draftOf,
  EMPTY,
  NUMBERS,
  readDraft,
  underPolicy,
  type NumberName,
  type PlanDraft,
  type Wrong,
} from './plan-draft.ts';
import s from './plans.module.css';
import { PlanPreview } from './plan-preview.tsx';
import { PlanVersions } from './plan-versions.tsx';
import { Tiers } from './tiers.tsx';

const AMOUNTS = ['price', 'priceDen', 'initialPrice', 'connectFee', 'maxCharge', 'earnerShareBp'] as const;
const DURATIONS = [
  'initialMs',
  'firstThresholdMs',
  'incrementMs',
  'thresholdMs',
  'freeBelowMs',
  'bridgeGapMs',
] as const;
const NOTHING_WRONG: Wrong = new Set();

/** All figures of a plan, and what calls would cost by it. What is written is a new version: no call that has begun is changed. */
export function PlanEditor(props: {
  /** Undefined for a new one. */
  plan: PlanShown | undefined;
  /** The ids of the plans that are there, which a new one may not have. */
  taken: readonly string[];
  onWritten: (id: string) => void;
  onClose: () => void;
}): JSX.Element {
  const t = useTranslations('plans');
  const { plan, onClose } = props;
  const [draft, setDraft] = useState(plan ? draftOf(plan) : EMPTY);
  const [isChecked, setChecked] = useState(false);
  const writing = useWriting(props.onWritten);
  const sentence = useSentence();
  const version = (plan?.version ?? 0) + 1;
  // Once it is being written, the id that is found taken may be its own.
  const isOwn = plan !== undefined || writing.isPending || writing.isSuccess;
  const read = readDraft(draft, isOwn ? [] : props.taken);
  const wrong = isChecked ? (read.wrong ?? NOTHING_WRONG) : NOTHING_WRONG;
  return (
    <Card testId="plan-editor">
      <Form
        className={s['form']}
        onSubmit={() => {
          setChecked(true);
          if (read.plan && !writing.isPending) writing.mutate({ ...read.plan, version });
        }}
      >
        <h2>{plan ? t('editTitle', { name: plan.name }) : t('newPlan')}</h2>
        <Named draft={draft} isNew={!plan} wrong={wrong} onChange={setDraft} />
        <Numbers title={t('amounts')} names={AMOUNTS} draft={draft} wrong={wrong} onChange={setDraft} />
        <Numbers title={t('durations')} names={DURATIONS} draft={draft} wrong={wrong} onChange={setDraft} />
        <Tiers tiers={draft.tiers} wrong={wrong} onChange={(tiers) => setDraft({ ...draft, tiers })} />
        <PlanPreview written={plan} asked={read.plan} />
        {writing.isError && (
          <p className={s['failure']} role="alert">
            {sentence(writing.error)}
          </p>
        )}
        <Actions>
          <Button type="submit" look="primary" isPending={writing.isPending} data-testid="write-plan">
            {t('write', { version })}
          </Button>
          <Button look="quiet" onPress={onClose}>
            {t('leave')}
          </Button>
        </Actions>
        <p className="small muted">{t('pinned')}</p>
      </Form>
      {plan && <PlanVersions id={plan.id} />}
    </Card>
  );
}

function useWriting(onWritten: (id: string) => void) {
  const t = useTranslations('plans');
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: writePlan,
    async onSuccess({ id, name, version }) {
      toast({ text: t('written', { name, version }) });
      await client.invalidateQueries({ queryKey: ['plans'] });
      onWritten(id);
    },
  });
}

interface PartProps {
  readonly draft: PlanDraft;
  readonly wrong: Wrong;
  readonly onChange: (draft: PlanDraft) => void;
}

/** What it is called, and by what rule a unit counts. */
function Named({ draft, isNew, wrong, onChange }: PartProps & { isNew: boolean }): JSX.Element {
  const t = useTranslations('plans');
  const counts = useTranslations('receipt')(`counts.${draft.policy}`);
  return (
    <>
      <div className={s['fields']}>
        <Field
          label={t('id')}
          hint={t('idHint')}
          value={draft.id}
          onChange={(id) => onChange({ ...draft, id })}
          autoComplete="off"
          isReadOnly={!isNew}
          error={wrong.has('taken') ? t('idTaken') : wrong.has('id') ? t('idHint') : null}
          testId="plan-id"
        />
        <Field
          label={t('name')}
          value={draft.name}
          onChange={(name) => onChange({ ...draft, name })}
          autoComplete="off"
          error={wrong.has('name') ? t('nameWrong') : null}
          testId="plan-name"
        />
        <Select
          label={t('policy')}
          value={draft.policy}
          onChange={(id) =>
            onChange(underPolicy(draft, PRICE_POLICIES.find((one) => one === id) ?? draft.policy))
          }
          options={PRICE_POLICIES.map((id) => ({ id, label: t(`policies.${id}`) }))}
          testId="plan-policy"
        />
      </div>
      <p className="small muted">{counts}</p>
    </>
  );
}

/** Numbers, each in a field; what may be left out says who says it then. */
function Numbers(props: PartProps & { title: string; names: readonly NumberName[] }): JSX.Element {
  const t = useTranslations('plans');
  const { draft, wrong, onChange } = props;
  return (
    <>
      <h3>{props.title}</h3>
      <div className={s['fields']}>
        {props.names.map((name) => (
          <Field
            key={name}
            label={t(`fields.${name}`)}
            hint={t(`hints.${name}`)}
            value={draft[name]}
            onChange={(value) => onChange({ ...draft, [name]: value })}
            autoComplete="off"
            inputMode={NUMBERS[name].places > 0 ? 'decimal' : 'numeric'}
            error={wrong.has(name) ? t('numberWrong', { hint: t(`hints.${name}`) }) : null}
            testId={`plan-${name}`}
          />
        ))}
      </div>
    </>
  );
}
