import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { runs } from '../../app/api.ts';
import { allPlansQuery, offerPlans, type PlanListed } from '../../app/plans.ts';
import { useSentence } from '../../app/sentence.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Actions, Page, Stack } from '../../ui/layout.tsx';
import { OnlyWatchers } from '../../ui/only-watchers.tsx';
import { Rate } from '../../ui/rate.tsx';
import { Cell, Row, Rows } from '../../ui/rows.tsx';
import { Failure, Loading } from '../../ui/states.tsx';
import { PlanEditor } from './plan-editor.tsx';
import s from './plans.module.css';

/** What calls cost: the plans there are, which of them may be chosen, and each of their figures. */
export function PlansPage(): JSX.Element {
  return (
    <OnlyWatchers may={runs}>
      <Plans />
    </OnlyWatchers>
  );
}

function Plans(): JSX.Element {
  const t = useTranslations('plans');
  const plans = useQuery(allPlansQuery);
  const [open, setOpen] = useState<string | null>(null);
  const shown = plans.data?.items.find(({ id }) => id === open);
  return (
    <Page
      title={t('title')}
      text={t('text')}
      actions={
        <>
          <ButtonLink to="/admin/packs">{t('toPacks')}</ButtonLink>
          <Button look="primary" onPress={() => setOpen('')} data-testid="new-plan">
            {t('newPlan')}
          </Button>
        </>
      }
    >
      {plans.isPending ? (
        <Loading />
      ) : plans.isLoadingError ? (
        <Failure error={plans.error} onRetry={() => void plans.refetch()} />
      ) : (
        <Stack>
          <Offered plans={plans.data.items} onOpen={setOpen} />
          {open !== null && (
            <PlanEditor
              key={`${open} ${shown?.version ?? 0}`}
              plan={shown}
              taken={plans.data.items.map(({ id }) => id)}
              onWritten={(id) => setOpen(id)}
              onClose={() => setOpen(null)}
            />
          )}
        </Stack>
      )}
    </Page>
  );
}

function Offered(props: { plans: readonly PlanListed[]; onOpen: (id: string) => void }): JSX.Element {
  const t = useTranslations('plans');
  const sentence = useSentence();
  const client = useQueryClient();
  const offer = useMutation({
    mutationFn: offerPlans,
    onSuccess: () => client.invalidateQueries({ queryKey: ['plans'] }),
  });
  const offered = props.plans.filter(({ place }) => place !== null).map(({ id }) => id);
  return (
    <>
      {offer.isError && (
        <p className={s['failure']} role="alert">
          {sentence(offer.error)}
        </p>
      )}
      <Rows label={t('title')}>
        {props.plans.map((plan) => (
          <PlanRow
            key={plan.id}
            plan={plan}
            isOnly={offered.length === 1}
            onOpen={() => props.onOpen(plan.id)}
            onOffer={() => offer.mutate([...offered, plan.id])}
            onDefault={() => offer.mutate([plan.id, ...offered.filter((id) => id !== plan.id)])}
            onWithdraw={() => offer.mutate(offered.filter((id) => id !== plan.id))}
          />
        ))}
      </Rows>
    </>
  );
}

function PlanRow(props: {
  plan: PlanListed;
  /** The last one that is offered stays so. */
  isOnly: boolean;
  onOpen: () => void;
  onOffer: () => void;
  onDefault: () => void;
  onWithdraw: () => void;
}): JSX.Element {
  const t = useTranslations('plans');
  const { plan, isOnly } = props;
  const { place } = plan;
  return (
    <Row testId="plan-row">
      <Cell part="main">
        {plan.name}
        <span className="small muted">
          {plan.id} · {t('version', { version: plan.version })} ·{' '}
          <Rate plan={{ ...plan, earnerShareBp: null }} />
        </span>
      </Cell>
      <Cell part="side">
        <Badge tone={place === null ? 'plain' : 'alive'}>
          {t(place === null ? 'notOffered' : place === 1 ? 'default' : 'offered')}
        </Badge>
      </Cell>
      <Cell part="state">
        <Actions>
          <Button onPress={props.onOpen} data-testid={`edit-${plan.id}`}>
            {t('edit')}
          </Button>
          {place === null && (
            <Button onPress={props.onOffer} data-testid={`offer-${plan.id}`}>
              {t('offer')}
            </Button>
          )}
          {place !== null && place > 1 && (
            <Button onPress={props.onDefault} data-testid={`default-${plan.id}`}>
              {t('makeDefault')}
            </Button>
          )}
          {place !== null && !isOnly && (
            <Button look="quiet" onPress={props.onWithdraw} data-testid={`withdraw-${plan.id}`}>
              {t('withdraw')}
            </Button>
          )}
        </Actions>
      </Cell>
    </Row>
  );
}
