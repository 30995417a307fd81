import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { earningsQuery } from '../../app/api.ts';
import { askPayout, payoutsQuery, readMoneyAnew, type Payout } from '../../app/cashier.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Card, Page, Stack } from '../../ui/layout.tsx';
import { Coins, Sum } from '../../ui/money.tsx';
import { More } from '../../ui/more.tsx';
import { Cell, Row, Rows } from '../../ui/rows.tsx';
import { Empty, Failure, LoadingPage } from '../../ui/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import { failureOf } from '../../app/asked.ts';
import { PayoutBadge } from '../payouts/payout-badge.tsx';
import { Statement } from '../wallet/statement.tsx';
import s from './earnings.module.css';

/** What somebody has earned, what of it can be had in money, and where earlier payouts are. */
export function EarningsPage(): JSX.Element {
  const t = useTranslations('payouts');
  const earnings = useQuery({ ...earningsQuery, refetchInterval: 15_000 });
  const payouts = useInfiniteQuery(payoutsQuery({ mine: 'true' }));
  const failed = failureOf([earnings, payouts]);
  if (failed) {
    return (
      <Page title={t('earnings')}>
        <Failure error={failed.error} onRetry={failed.again} />
      </Page>
    );
  }
  if (!earnings.data || !payouts.data) return <LoadingPage />;
  return (
    <Page name={t('earnings')}>
      <div className={s['top']}>
        <Card>
          <div className={s['sum']}>
            <h1>{t('earnings')}</h1>
            <Sum of={earnings.data.balance} testId="earnings-balance" />
            <Available {...earnings.data} />
          </div>
        </Card>
        <Card>
          <Stack>
            <h2>{t('ask')}</h2>
            <AskForm available={earnings.data.available} />
          </Stack>
        </Card>
      </div>
      <Stack>
        <h2>{t('mine')}</h2>
        <Mine payouts={payouts.data.pages.flatMap(({ items }) => items)} />
        <More of={payouts}>{t('more')}</More>
      </Stack>
      <Statement of="earnings" sum={{ balance: earnings.data.balance, readAt: earnings.dataUpdatedAt }} />
    </Page>
  );
}

function Available(props: { balance: number; owed: number; available: number }): JSX.Element {
  const t = useTranslations('payouts');
  const { balance, owed, available } = props;
  return (
    <div className={s['available']}>
      <p>
        {t('available')}: <Coins of={available} />
      </p>
      {owed > 0 && (
        <p className="small" data-testid="earnings-owed">
          {t('owed', { coins: owed })}
        </p>
      )}
      {balance > available && <p className="small muted">{t('later', { coins: balance - available })}</p>}
    </div>
  );
}

function AskForm({ available }: { available: number }): JSX.Element {
  const t = useTranslations('payouts');
  const sentence = useSentence();
  const client = useQueryClient();
  const toast = useToast();
  const [text, setText] = useState('');
  const [isChecked, setChecked] = useState(false);
  // A press that is repeated asks once.
  const key = useRef(crypto.randomUUID());
  const coins = /^\d{1,10}$/.test(text.trim()) ? Number(text) : 0;
  const isRight = coins >= 1 && coins <= available;
  const ask = useMutation({
    mutationFn: () => askPayout(coins, `${coins}:${key.current}`),
    async onSuccess(made: Payout) {
      key.current = crypto.randomUUID();
      setText('');
      setChecked(false);
      toast({ text: t('asked', { coins: made.coins }) });
      await readMoneyAnew(client);
    },
  });
  if (available === 0) return <p className="muted">{t('nothingYet')}</p>;
  const fault = isChecked && !isRight ? t('amountWrong', { available }) : null;
  return (
    <Form
      onSubmit={() => {
        setChecked(true);
        if (isRight) ask.mutate();
      }}
    >
      <Stack>
        <Field
          label={t('amount')}
          value={text}
          onChange={setText}
          inputMode="numeric"
          autoComplete="off"
          error={fault ?? (ask.isError ? sentence(ask.error) : null)}
          testId="payout-coins"
        />
        <Button type="submit" look="primary" wide isPending={ask.isPending} data-testid="ask-payout">
          {t('ask')}
        </Button>
      </Stack>
    </Form>
  );
}

function Mine({ payouts }: { payouts: readonly Payout[] }): JSX.Element {
  const t = useTranslations('payouts');
  const format = useFormatter();
  if (payouts.length === 0) return <Empty title={t('noneMine')} text={t('noneMineText')} />;
  return (
    <Rows label={t('mine')}>
      {payouts.map(({ id, coins, status, reason, requestedAt }) => (
        <Row key={id} testId="payout-row">
          <Cell part="main">
            {format.dateTime(new Date(requestedAt), { dateStyle: 'medium', timeStyle: 'short' })}
            {reason !== null && <span className="small muted">{reason}</span>}
          </Cell>
          <Cell part="side">
            <PayoutBadge status={status} />
          </Cell>
          <Cell part="figure">
            <span>
              <Coins of={coins} />
            </span>
          </Cell>
        </Row>
      ))}
    </Rows>
  );
}
