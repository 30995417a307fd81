import { useQuery } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api } from '../../app/api.ts';
import { Card, Page } from '../../ui/layout.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { OnlyWatchers } from '../../ui/only-watchers.tsx';
import { LiveCalls } from './live-calls.tsx';
import { ServiceFigures } from './service-figures.tsx';
import { WatchDialog, type WatchedCall } from './watch-dialog.tsx';
import { WebhookHealth } from './webhook-health.tsx';

const POLL_MS = 1_000;

/** Live calls and LiveKit's word, for those who watch over them. */
export function AdminPage(): JSX.Element {
  return (
    <OnlyWatchers>
      <Watch />
    </OnlyWatchers>
  );
}

function Watch(): JSX.Element {
  const t = useTranslations('admin');
  const [watched, setWatched] = useState<string | null>(null);
  const live = useQuery({
    queryKey: ['admin', 'live'],
    queryFn: () => api.send<{ items: WatchedCall[] }>('GET', '/api/v1/admin/live-calls'),
    refetchInterval: POLL_MS,
  });
  const calls = live.data?.items ?? [];
  return (
    <Page title={t('title')}>
      <ServiceFigures calls={calls} />
      <div data-testid="admin-live-calls">
        {live.isPending ? (
          <Loading />
        ) : live.isLoadingError ? (
          <Failure error={live.error} onRetry={() => void live.refetch()} />
        ) : calls.length === 0 ? (
          <Card>
            <Empty title={t('empty')} text={t('emptyText')} />
          </Card>
        ) : (
          <LiveCalls calls={calls} onWatch={setWatched} />
        )}
      </div>
      <WebhookHealth />
      <WatchDialog call={calls.find(({ callId }) => callId === watched)} onClose={() => setWatched(null)} />
    </Page>
  );
}
