import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { creditsOfQuery, useLiveCollections } from '../../app/collections.ts';
import { Amount } from '../../ui/amount.tsx';
import { Badge } from '../../ui/badge.tsx';
import { ButtonAnchor } from '../../ui/button.tsx';
import { Page } from '../../ui/layout.tsx';
import { Cell, Row, RowLink, Rows } from '../../ui/rows.tsx';
import { Empty, Failure, LoadingPage } from '../../ui/states.tsx';
import { Days } from '../collect/due-row.tsx';
import { dayAt, numberOf } from '../collect/numbers.ts';

/** A debtor and their credits. */
export function DebtorPage(): JSX.Element {
  const t = useTranslations('lending');
  const words = useTranslations('collect');
  const format = useFormatter();
  const { debtorId } = useParams({ from: '/debtors/$debtorId' });
  const credits = useQuery(creditsOfQuery(debtorId));
  useLiveCollections();
  if (credits.isPending) return <LoadingPage />;
  if (credits.isLoadingError) {
    return (
      <Page title={words('debtors')}>
        <Failure error={credits.error} onRetry={() => void credits.refetch()} />
      </Page>
    );
  }
  const { items } = credits.data;
  const debtor = items[0]?.debtor;
  if (!debtor) {
    return (
      <Page title={words('debtors')}>
        <Empty title={words('nothing')} text={words('nothingText')} />
      </Page>
    );
  }
  return (
    <Page
      title={debtor.name}
      {...(debtor.zone === null ? {} : { eyebrow: debtor.zone })}
      actions={
        debtor.phone && (
          <ButtonAnchor href={`tel:${debtor.phone.replaceAll(/[^\d+]/g, '')}`}>{debtor.phone}</ButtonAnchor>
        )
      }
    >
      <Rows label={debtor.name}>
        {items.map((credit) => (
          <Row key={credit.id} testId="credit-row">
            <Cell part="main">
              <RowLink to="/credits/$creditId" params={{ creditId: credit.id }}>
                {t('credit', { number: numberOf(credit) })}
              </RowLink>
              <span className="small muted">
                {format.dateTime(dayAt(credit.endDate), { dateStyle: 'medium' })}
              </span>
            </Cell>
            <Cell part="side">
              <span className="small muted">{t('statusOf', { status: credit.status })}</span>
            </Cell>
            <Cell part="figure">
              <Amount of={credit.balance} currency={credit.currency} />
            </Cell>
            <Cell part="state">
              {credit.attention ? (
                <Days credit={credit} />
              ) : (
                <Badge tone="plain">{t('statusOf', { status: credit.status })}</Badge>
              )}
            </Cell>
          </Row>
        ))}
      </Rows>
    </Page>
  );
}
