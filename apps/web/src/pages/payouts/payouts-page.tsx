import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { runs, useMe } from '../../app/api.ts';
import { payoutsQuery, readMoneyAnew, stepPayout, type Payout, type Step } from '../../app/cashier.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Chips } from '../../ui/chips.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Actions, Page, Stack } from '../../ui/layout.tsx';
import { Coins } from '../../ui/money.tsx';
import { OnlyWatchers } from '../../ui/only-watchers.tsx';
import { More } from '../../ui/more.tsx';
import { Cell, Row, Rows } from '../../ui/rows.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { PayoutBadge } from './payout-badge.tsx';

/** The desk of payouts: what earners ask for in money. */
export function PayoutsPage(): JSX.Element {
  return (
    <OnlyWatchers>
      <Desk />
    </OnlyWatchers>
  );
}

const SHOWS = { open: { status: 'requested' }, sent: { status: 'sent' }, all: {} } as const;
type Show = keyof typeof SHOWS;

function Desk(): JSX.Element {
  const t = useTranslations('payouts');
  const [show, setShow] = useState<Show>('open');
  const payouts = useInfiniteQuery(payoutsQuery(SHOWS[show]));
  const rows = payouts.data?.pages.flatMap(({ items }) => items) ?? [];
  const [wish, setWish] = useState<{ payout: Payout; step: Step } | null>(null);
  return (
    <Page title={t('desk')} text={t('deskText')}>
      <Stack>
        <Chips
          label={t('show')}
          value={show}
          onChange={(id) => setShow(id as Show)}
          options={(Object.keys(SHOWS) as Show[]).map((id) => ({ id, label: t(id) }))}
        />
        {payouts.isPending ? (
          <Loading />
        ) : payouts.isLoadingError ? (
          <Failure error={payouts.error} onRetry={() => void payouts.refetch()} />
        ) : rows.length === 0 ? (
          <Empty title={t('nobody')} text={t('nobodyText')} />
        ) : (
          <>
            <Rows label={t('desk')}>
              {rows.map((payout) => (
                <PayoutRow key={payout.id} payout={payout} onStep={(step) => setWish({ payout, step })} />
              ))}
            </Rows>
            <More of={payouts}>{t('more')}</More>
          </>
        )}
      </Stack>
      {wish && <StepDialog {...wish} onClose={() => setWish(null)} />}
    </Page>
  );
}

/** What may be done with a payout that is there. */
const STEPS: Readonly<Record<Payout['status'], readonly Step[]>> = {
  requested: ['sent', 'returned'],
  sent: ['paid', 'returned'],
  paid: ['returned'],
  returned: [],
};
const NAMES = { sent: 'markSent', paid: 'markPaid', returned: 'giveBack' } as const;

function PayoutRow({ payout, onStep }: { payout: Payout; onStep: (step: Step) => void }): JSX.Element {
  const t = useTranslations('payouts');
  const format = useFormatter();
  const isAdmin = runs(useMe());
  return (
    <Row testId="payout-row">
      <Cell part="main">
        {payout.name}
        <span className="small muted">
          {format.dateTime(new Date(payout.requestedAt), { dateStyle: 'medium', timeStyle: 'short' })}
          {payout.reason !== null && ` · ${payout.reason}`}
        </span>
      </Cell>
      <Cell part="side">
        <PayoutBadge status={payout.status} />
      </Cell>
      <Cell part="figure">
        <span>
          <Coins of={payout.coins} />
        </span>
      </Cell>
      {isAdmin && STEPS[payout.status].length > 0 && (
        <Cell part="state">
          <Actions>
            {STEPS[payout.status].map((step) => (
              <Button key={step} onPress={() => onStep(step)} data-testid={`payout-${step}`}>
                {t(NAMES[step])}
              </Button>
            ))}
          </Actions>
        </Cell>
      )}
    </Row>
  );
}

/** Asks once more, with the reason that the earner reads where coins come back. */
function StepDialog(props: { payout: Payout; step: Step; onClose: () => void }): JSX.Element {
  const t = useTranslations('payouts');
  const sentence = useSentence();
  const client = useQueryClient();
  const { payout, step, onClose } = props;
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const isMissing = step === 'returned' && reason.trim() === '';
  const carryOut = useMutation({
    mutationFn: () => stepPayout(payout.id, step, reason.trim()),
    onSuccess: async () => {
      onClose();
      await readMoneyAnew(client);
    },
  });
  const error = isChecked && isMissing ? t('needReason') : carryOut.isError ? sentence(carryOut.error) : null;
  return (
    <Dialog title={t(NAMES[step])} isOpen onClose={onClose}>
      <Form
        onSubmit={() => {
          setChecked(true);
          if (!isMissing) carryOut.mutate();
        }}
      >
        <Stack>
          <p>
            {payout.name}: <Coins of={payout.coins} />
          </p>
          <Field
            label={t('reason')}
            value={reason}
            onChange={setReason}
            autoComplete="off"
            error={error}
            testId="payout-reason"
          />
          <Button type="submit" look="primary" wide isPending={carryOut.isPending} data-testid="carry-out">
            {t(NAMES[step])}
          </Button>
        </Stack>
      </Form>
    </Dialog>
  );
}
