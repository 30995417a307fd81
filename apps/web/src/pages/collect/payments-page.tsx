import { useInfiniteQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { paymentsQuery, useLiveCollections, type PaymentListed } from '../../app/collections.ts';
import { Amount } from '../../ui/amount.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Page, Stack } from '../../ui/layout.tsx';
import { More } from '../../ui/more.tsx';
import { Cell, Row, RowLink, Rows } from '../../ui/rows.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';

/** What was recorded, the newest first. */
export function PaymentsPage(): JSX.Element {
  const t = useTranslations('collect');
  const payments = useInfiniteQuery(paymentsQuery);
  useLiveCollections();
  const rows = payments.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page title={t('payments')} text={t('paymentsText')}>
      <Stack>
        {payments.isPending ? (
          <Loading />
        ) : payments.isLoadingError ? (
          <Failure error={payments.error} onRetry={() => void payments.refetch()} />
        ) : rows.length === 0 ? (
          <Empty title={t('noPayments')} text={t('noPaymentsText')} />
        ) : (
          <Rows label={t('payments')}>
            {rows.map((payment) => (
              <PaymentRow key={payment.id} payment={payment} />
            ))}
          </Rows>
        )}
        <More of={payments}>{t('more')}</More>
      </Stack>
    </Page>
  );
}

function PaymentRow({ payment }: { payment: PaymentListed }): JSX.Element {
  const t = useTranslations('collect');
  const format = useFormatter();
  return (
    <Row testId="payment-row">
      <Cell part="main">
        <RowLink to="/credits/$creditId" params={{ creditId: payment.creditId }}>
          {payment.debtor.name}
        </RowLink>
        <span className="small muted">
          {format.dateTime(new Date(payment.paidAt), { dateStyle: 'medium', timeStyle: 'short' })}
        </span>
      </Cell>
      <Cell part="side">
        <span className="small muted">{payment.method && t('method', { method: payment.method })}</span>
      </Cell>
      <Cell part="figure">
        <Amount of={payment.amount} currency={payment.currency} />
      </Cell>
      <Cell part="state">{payment.reversedAt && <Badge tone="warn">{t('takenBack')}</Badge>}</Cell>
    </Row>
  );
}
