import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useFormatter, useNow, useTranslations } from 'use-intl';
import { sumsOf } from '../../app/amounts.ts';
import {
  checkNow,
  overviewQuery,
  readAnew,
  useLiveCollections,
  type CollectionsOverview,
} from '../../app/collections.ts';
import { useSentence } from '../../app/sentence.ts';
import { Amounts } from '../../ui/amount.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Page, Stack } from '../../ui/layout.tsx';
import { OnlyWatchers } from '../../ui/only-watchers.tsx';
import { Cell, Row, RowLink, Rows } from '../../ui/rows.tsx';
import { Empty, Failure, LoadingPage } from '../../ui/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import { DaysChart } from './days-chart.tsx';
import s from './lending.module.css';

/** What each collector has to collect and has collected, for who lends; it changes by itself. */
export function LendingPage(): JSX.Element {
  return (
    <OnlyWatchers>
      <Overview />
    </OnlyWatchers>
  );
}

function Overview(): JSX.Element {
  const t = useTranslations('lending');
  const overview = useQuery(overviewQuery);
  useLiveCollections();
  if (overview.isPending) return <LoadingPage />;
  if (overview.isError && !overview.data) {
    return (
      <Page title={t('title')}>
        <Failure error={overview.error} onRetry={() => void overview.refetch()} />
      </Page>
    );
  }
  return (
    <Page
      title={t('title')}
      text={t('text')}
      actions={
        <>
          <ButtonLink to="/lending/debtors">{t('manage')}</ButtonLink>
          <ButtonLink to="/lending/import">{t('import')}</ButtonLink>
          <CheckButton />
        </>
      }
    >
      <Stack>
        <Checked of={overview.data} />
        <Figures of={overview.data} />
        <DaysChart days={overview.data.days} today={overview.data.today} />
        <Collectors of={overview.data} />
      </Stack>
    </Page>
  );
}

interface Of {
  readonly of: CollectionsOverview;
}

function Checked({ of }: Of): JSX.Element {
  const t = useTranslations('lending');
  const format = useFormatter();
  const now = useNow({ updateInterval: 30_000 });
  return (
    <p className="small muted">
      {of.checkedAt === null
        ? t('notChecked')
        : // The server's clock may be a little ahead of ours, and of our last look at it.
          t('checked', { when: format.relativeTime(Math.min(Date.parse(of.checkedAt), now.getTime()), now) })}
    </p>
  );
}

function CheckButton(): JSX.Element {
  const t = useTranslations('lending');
  const client = useQueryClient();
  const toast = useToast();
  const sentence = useSentence();
  const check = useMutation({
    mutationFn: checkNow,
    onSuccess: async ({ told }) => {
      toast({ text: t('checkDone', { told }) });
      await readAnew(client);
    },
    onError: (error) => toast({ text: sentence(error), tone: 'danger' }),
  });
  return (
    <Button isPending={check.isPending} onPress={() => check.mutate()} data-testid="check-now">
      {t('check')}
    </Button>
  );
}

function Figures({ of: { collectors } }: Of): JSX.Element {
  const t = useTranslations('lending');
  const overdue = collectors.reduce((sum, line) => sum + line.overdue, 0);
  const figures = [
    { name: t('overdue'), id: 'overdue', value: <span className="digits">{overdue}</span> },
    {
      name: t('overdueAmount'),
      id: 'overdue-amount',
      value: <Amounts of={sumsOf(collectors.flatMap((line) => line.overdueAmounts))} />,
    },
    {
      name: t('collectedToday'),
      id: 'collected-today',
      value: <Amounts of={sumsOf(collectors.flatMap((line) => line.collectedToday))} />,
    },
    {
      name: t('collectedMonth'),
      id: 'collected-month',
      value: <Amounts of={sumsOf(collectors.flatMap((line) => line.collectedThisMonth))} />,
    },
  ];
  return (
    <dl className={s['figures']}>
      {figures.map(({ name, id, value }) => (
        <div key={id} className={s['figure']}>
          <dt>{name}</dt>
          <dd data-testid={id}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Collectors({ of: { collectors } }: Of): JSX.Element {
  const t = useTranslations('lending');
  if (collectors.length === 0) return <Empty title={t('noCollectors')} text={t('noCollectorsText')} />;
  return (
    <section className={s['part']}>
      <h2>{t('collectors')}</h2>
      <Rows label={t('collectors')}>
        {collectors.map((line) => (
          <Row key={line.collectorId ?? 'none'} testId="collector-row">
            <Cell part="main">
              <RowLink to="/lending/debtors" search={{ collector: line.collectorId ?? 'none' }}>
                {line.collectorId === null ? t('nobody') : (line.name ?? t('unknown'))}
              </RowLink>
              <span className="small muted">{t('debtorCount', { debtors: line.debtors })}</span>
            </Cell>
            <Cell part="side">
              <span className={s['sums']}>
                <span className="small muted">{t('collectedToday')}</span>
                <Amounts of={line.collectedToday} />
                <span className="small muted">{t('collectedMonth')}</span>
                <Amounts of={line.collectedThisMonth} />
              </span>
            </Cell>
            <Cell part="figure">
              <Amounts of={line.overdueAmounts} />
            </Cell>
            <Cell part="state">
              <Badge tone={line.overdue > 0 ? 'danger' : 'plain'}>
                {t('overdueCount', { overdue: line.overdue })}
              </Badge>
            </Cell>
          </Row>
        ))}
      </Rows>
    </section>
  );
}
