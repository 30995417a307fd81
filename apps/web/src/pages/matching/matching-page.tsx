import type { InLineShown } from '@latido/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useFormatter, useNow, useTranslations } from 'use-intl';
import { api } from '../../app/api.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Page, Stack } from '../../ui/layout.tsx';
import { OnlyWatchers } from '../../ui/only-watchers.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { Reports } from './reports.tsx';

const ASK_EVERY_MS = 2_000;
const TONES: Readonly<Record<InLineShown['state'], Tone>> = {
  waiting: 'plain',
  offered: 'warn',
  connecting: 'warn',
  in_call: 'alive',
};

/** For staff: who looks for somebody, who is on air, and what people reported. */
export function MatchingPage(): JSX.Element {
  const t = useTranslations('meet');
  return (
    <OnlyWatchers>
      <Page title={t('adminTitle')} text={t('adminText')}>
        <Stack>
          <InLine />
          <Reports />
        </Stack>
      </Page>
    </OnlyWatchers>
  );
}

function InLine(): JSX.Element {
  const t = useTranslations('meet');
  const line = useQuery({
    queryKey: ['admin', 'matching'],
    queryFn: () => api.send<{ items: readonly InLineShown[] }>('GET', '/api/v1/admin/matching'),
    refetchInterval: ASK_EVERY_MS,
  });
  const columns = useColumns();
  if (line.isPending) return <Loading />;
  if (line.isLoadingError) return <Failure error={line.error} onRetry={() => void line.refetch()} />;
  const side = (wanted: InLineShown['side']) => line.data.items.filter((one) => one.side === wanted);
  const sides = [
    {
      key: 'payer',
      rows: side('payer'),
      title: t('payers'),
      none: t('nobodyLooks'),
      text: t('nobodyLooksText'),
    },
    {
      key: 'earner',
      rows: side('earner'),
      title: t('earners'),
      none: t('noEarner'),
      text: t('noEarnerText'),
    },
  ];
  return (
    <>
      {sides.map(({ key, rows, title, none, text }) => (
        <Stack key={key}>
          <h2>{title}</h2>
          {rows.length === 0 ? (
            <Empty title={none} text={text} />
          ) : (
            <Table
              caption={title}
              columns={columns}
              rows={rows}
              keyOf={(one) => one.personId}
              rowTestId={`line-${key}`}
            />
          )}
        </Stack>
      ))}
    </>
  );
}

function useColumns(): Column<InLineShown>[] {
  const t = useTranslations('meet');
  const format = useFormatter();
  const now = useNow({ updateInterval: ASK_EVERY_MS });
  return [
    {
      id: 'who',
      heading: t('who'),
      line: 1,
      sortBy: ({ name }) => name,
      cell: ({ personId, name }) => (
        <Link to="/admin/people/$personId" params={{ personId }}>
          {name}
        </Link>
      ),
    },
    {
      id: 'wish',
      heading: t('wish'),
      line: 2,
      sortBy: ({ price, maxPrice }) => price ?? maxPrice ?? 0,
      cell: ({ price, maxPrice, side }) =>
        side === 'earner'
          ? t('aMinute', { coins: price ?? 0 })
          : maxPrice === null
            ? t('anyPrice')
            : t('upTo', { coins: maxPrice }),
    },
    {
      id: 'since',
      heading: t('since'),
      line: 2,
      sortBy: ({ since }) => Date.parse(since),
      cell: ({ since }) => format.relativeTime(new Date(since), now),
    },
    {
      id: 'state',
      heading: t('stateWord'),
      line: 1,
      cell: ({ state }) => <Badge tone={TONES[state]}>{t('stateOf', { state })}</Badge>,
    },
  ];
}
