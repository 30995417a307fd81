import { LatidoError } from '@latido/client';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, useMe, watches, type CallState } from '../../app/api.ts';
import { Card, Page } from '../../ui/layout.tsx';
import { Empty, Failure, Loading, LoadingPage } from '../../ui/states.tsx';
import s from './admin.module.css';
import { Figure } from './figure.tsx';
import { LiveCalls } from './live-calls.tsx';
import { WebhookHealth } from './webhook-health.tsx';

const POLL_MS = 1_000;

/** Live calls and LiveKit's word, for those who watch over them. */
export function AdminPage(): JSX.Element {
  const me = useMe();
  if (!me) return <LoadingPage />;
  if (!watches(me)) {
    return (
      <Page>
        <Failure error={new LatidoError(403, null)} />
      </Page>
    );
  }
  return <Watch />;
}

function Watch(): JSX.Element {
  const t = useTranslations('admin');
  const live = useQuery({
    queryKey: ['admin', 'live'],
    queryFn: () => api.send<{ items: CallState[] }>('GET', '/api/v1/admin/live-calls'),
    refetchInterval: POLL_MS,
  });
  const calls = live.data?.items ?? [];
  const count = (status: string): number => calls.filter((call) => call.status === status).length;
  return (
    <Page title={t('title')}>
      <div className={s['figures']}>
        <Figure name={t('now')}>{calls.length}</Figure>
        <Figure name={t('together')}>{count('live')}</Figure>
        <Figure name={t('reconnecting')}>{count('reconnecting')}</Figure>
        <Figure name={t('coinsNow')}>{calls.reduce((sum, call) => sum + call.coins, 0)}</Figure>
      </div>
      <div data-testid="admin-live-calls">
        {live.isPending ? (
          <Loading />
        ) : live.isError ? (
          <Failure error={live.error} onRetry={() => void live.refetch()} />
        ) : calls.length === 0 ? (
          <Card>
            <Empty title={t('empty')} text={t('emptyText')} />
          </Card>
        ) : (
          <LiveCalls calls={calls} />
        )}
      </div>
      <WebhookHealth />
    </Page>
  );
}
