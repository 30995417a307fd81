import { useQuery } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { sumsOf } from '../../app/amounts.ts';
import {
  dueQuery,
  overviewQuery,
  useChanges,
  useLiveCollections,
  type CollectionsOverview,
  type Credit,
} from '../../app/collections.ts';
import { Amounts } from '../../ui/amount.tsx';
import { Chips } from '../../ui/chips.tsx';
import { Select } from '../../ui/select.tsx';
import { Page, Stack } from '../../ui/layout.tsx';
import { Empty, Failure, LoadingPage } from '../../ui/states.tsx';
import s from './collect.module.css';
import { DueRow } from './due-row.tsx';
import { PaySheet } from './pay-sheet.tsx';
import { PromiseSheet } from './promise-sheet.tsx';
import { WaitingLine } from './waiting-line.tsx';

const SHOWS = ['all', 'overdue', 'today', 'week', 'promised'] as const;
type Show = (typeof SHOWS)[number];

const isShown: Readonly<Record<Show, (credit: Credit, today: string) => boolean>> = {
  all: () => true,
  overdue: ({ attention }) => attention?.reason === 'overdue',
  today: ({ attention }) => attention?.reason === 'soon' && attention.days === 0,
  week: ({ attention }) => attention?.reason === 'soon',
  promised: ({ promisedOn }, today) => promisedOn === today,
};

/** What a collector has to do today: made for a phone and one thumb. */
export function CollectPage(): JSX.Element {
  const t = useTranslations('collect');
  const overdue = useQuery(dueQuery('overdue'));
  const soon = useQuery(dueQuery('soon'));
  const overview = useQuery(overviewQuery);
  const fresh = useLiveCollections();
  const failed = [overdue, soon, overview].find(({ data, isError }) => isError && !data);
  if (failed) {
    return (
      <Page title={t('name')}>
        <Failure error={failed.error} onRetry={() => void failed.refetch()} />
      </Page>
    );
  }
  if (!overdue.data || !soon.data || !overview.data) return <LoadingPage />;
  return <Due credits={[...overdue.data.items, ...soon.data.items]} fresh={fresh} overview={overview.data} />;
}

interface DueProps {
  readonly credits: readonly Credit[];
  readonly fresh: ReadonlySet<string>;
  readonly overview: CollectionsOverview;
}

function Due({ credits, fresh, overview }: DueProps): JSX.Element {
  const t = useTranslations('collect');
  const [show, setShow] = useState<Show>('all');
  const [zone, setZone] = useState('');
  const [open, setOpen] = useState<string | null | undefined>(undefined);
  const [paying, setPaying] = useState<Credit | null>(null);
  const [promising, setPromising] = useState<Credit | null>(null);
  const { waiting } = useChanges();
  const waits = new Set(waiting.map(({ creditId }) => creditId));
  const zones = [...new Set(credits.flatMap(({ debtor }) => debtor.zone ?? []))].toSorted();
  const here = credits.filter(({ debtor }) => zone === '' || debtor.zone === zone);
  const shown = here.filter((credit) => isShown[show](credit, overview.today));
  // The most overdue one is open until another is touched.
  const opened = open === undefined ? shown[0]?.id : open;
  const row = (credit: Credit): JSX.Element => (
    <DueRow
      key={credit.id}
      credit={credit}
      isOpen={credit.id === opened}
      isFresh={fresh.has(credit.id)}
      waits={waits.has(credit.id)}
      onToggle={() => setOpen(credit.id === opened ? null : credit.id)}
      onPay={() => setPaying(credit)}
      onPromise={() => setPromising(credit)}
    />
  );
  return (
    <Page name={t('name')}>
      <Stack>
        <Head count={credits.length} overview={overview} />
        <WaitingLine />
        {credits.length > 0 && (
          <Chips
            label={t('show')}
            value={show}
            onChange={(id) => setShow(id as Show)}
            options={SHOWS.map((id) => ({
              id,
              label: t(id, { count: here.filter((credit) => isShown[id](credit, overview.today)).length }),
            }))}
          />
        )}
        {zones.length > 1 && <Zones {...{ zones, zone, onChange: setZone }} />}
        {credits.length === 0 ? (
          <Empty title={t('nothing')} text={t('nothingText')} />
        ) : shown.length === 0 ? (
          <Empty title={t('noneSo')} text={t('noneSoText')} />
        ) : (
          <>
            <Part title={t('overdueTitle')} credits={shown.filter(isOverdue)} row={row} />
            <Part title={t('soonTitle')} credits={shown.filter((each) => !isOverdue(each))} row={row} />
          </>
        )}
      </Stack>
      {paying && <PaySheet credit={paying} onClose={() => setPaying(null)} />}
      {promising && (
        <PromiseSheet credit={promising} today={overview.today} onClose={() => setPromising(null)} />
      )}
    </Page>
  );
}

function Zones(props: {
  zones: readonly string[];
  zone: string;
  onChange: (zone: string) => void;
}): JSX.Element {
  const t = useTranslations('collect');
  const { zones, zone, onChange } = props;
  return (
    <div className={s['zone']}>
      <Select
        label={t('zone')}
        value={zone}
        onChange={onChange}
        options={[{ id: '', label: t('everyZone') }, ...zones.map((id) => ({ id, label: id }))]}
        testId="collect-zone"
      />
    </div>
  );
}

const isOverdue = ({ attention }: Credit): boolean => attention?.reason === 'overdue';

function Head({ count, overview }: { count: number; overview: CollectionsOverview }): JSX.Element {
  const t = useTranslations('collect');
  const format = useFormatter();
  const { checkedAt, nextCheckAt } = overview;
  const clock = (at: string): string => format.dateTime(new Date(at), { hour: '2-digit', minute: '2-digit' });
  return (
    <header className={s['head']}>
      <h1 data-testid="collect-title">{t('title', { credits: count })}</h1>
      <p className="muted">
        {checkedAt === null || nextCheckAt === null
          ? t('notChecked')
          : t('checked', { at: clock(checkedAt), next: clock(nextCheckAt) })}
      </p>
    </header>
  );
}

function Part({
  title,
  credits,
  row,
}: {
  title: string;
  credits: readonly Credit[];
  row: (credit: Credit) => JSX.Element;
}): JSX.Element | null {
  if (credits.length === 0) return null;
  const sums = sumsOf(
    credits.map(({ currency, attention }) => ({ currency, amount: attention?.amountDue ?? 0 })),
  );
  return (
    <section className={s['part']}>
      <div className={s['partHead']}>
        <h2>{title}</h2>
        <span>
          <Amounts of={sums} />
        </span>
      </div>
      <ul className={s['rows']}>{credits.map(row)}</ul>
    </section>
  );
}
