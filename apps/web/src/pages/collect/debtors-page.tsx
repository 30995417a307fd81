import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { debtorsQuery, useLiveCollections, type DebtorListed } from '../../app/collections.ts';
import { Amount } from '../../ui/amount.tsx';
import { Field } from '../../ui/field.tsx';
import { Page, Stack } from '../../ui/layout.tsx';
import { More } from '../../ui/more.tsx';
import { Cell, Row, RowLink, Rows } from '../../ui/rows.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';

/** Those whom a collector collects from. */
export function DebtorsPage(): JSX.Element {
  const t = useTranslations('collect');
  const [q, setQ] = useState('');
  const debtors = useInfiniteQuery(debtorsQuery({ q: useDeferredValue(q), collectorId: '' }));
  useLiveCollections();
  const rows = debtors.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page title={t('debtors')} text={t('debtorsText')}>
      <Stack>
        <Field label={t('search')} value={q} onChange={setQ} autoComplete="off" testId="debtor-search" />
        {debtors.isPending ? (
          <Loading />
        ) : debtors.isLoadingError ? (
          <Failure error={debtors.error} onRetry={() => void debtors.refetch()} />
        ) : rows.length === 0 ? (
          <Empty title={t('noDebtors')} text={t('noDebtorsText')} />
        ) : (
          <Rows label={t('debtors')}>
            {rows.map((debtor) => (
              <Row key={debtor.id} testId="debtor-row">
                <Cell part="main">
                  <RowLink to="/debtors/$debtorId" params={{ debtorId: debtor.id }}>
                    {debtor.name}
                  </RowLink>
                  <span className="small muted">{debtor.phone}</span>
                </Cell>
                <Cell part="side">
                  <span className="small muted">{debtor.zone}</span>
                </Cell>
                <Cell part="figure">
                  <Owes of={debtor.owes} />
                </Cell>
                <Cell part="state">
                  <span className="small muted">{t('creditsOpen', { credits: debtor.credits })}</span>
                </Cell>
              </Row>
            ))}
          </Rows>
        )}
        <More of={debtors}>{t('more')}</More>
      </Stack>
    </Page>
  );
}

/** What somebody owes; below zero it is told as what the lender owes them. */
export function Owes({ of }: { of: DebtorListed['owes'] }): JSX.Element {
  const t = useTranslations('collect');
  return (
    <>
      {of.map(({ currency, amount }) => (
        <span key={currency}>
          <Amount of={Math.abs(amount)} currency={currency} />
          {amount < 0 && <span className="small muted"> {t('inFavour')}</span>}
        </span>
      ))}
    </>
  );
}
