import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useFormatter, useNow, useTranslations } from 'use-intl';
import { api } from '../../app/api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card, Line } from '../../ui/layout.tsx';
import { Failure, Loading } from '../../ui/states.tsx';
import s from './admin.module.css';
import { Figure } from './figure.tsx';

/** `GET /api/v1/admin/webhooks`. */
export interface Health {
  readonly received: readonly { readonly event: string; readonly lastHour: number; readonly total: number }[];
  readonly lastReceivedAt: string | null;
  readonly badSignatures: { readonly total: number };
  readonly refusedAddresses: number;
  readonly duplicates: number;
  readonly unreadable: number;
  readonly notStored: number;
  readonly livekit: {
    readonly isUp: boolean;
    /** How far its clock is ahead; behind is negative. */
    readonly clockOffsetMs: number;
    /** LiveKit's own count of what it sent; null where its metrics are not known. */
    readonly dispatched: { readonly success: number; readonly failure: number; readonly drop: number } | null;
  };
}

const POLL_MS = 3_000;
/** So far LiveKit's clock may be off before somebody should set it. */
const CLOCK_OFF_MS = 2_000;

/** What LiveKit has told us, and what of it could not be used. */
export function HealthFigures({ health }: { health: Health }): JSX.Element {
  const t = useTranslations('admin');
  const format = useFormatter();
  const now = useNow({ updateInterval: 1_000 });
  const { dispatched, isUp, clockOffsetMs } = health.livekit;
  const lost = dispatched && dispatched.failure + dispatched.drop;
  const total = health.received.reduce((sum, row) => sum + row.total, 0);
  return (
    <>
      <div className={s['figures']}>
        <Figure name={t('received')}>{total}</Figure>
        <Figure name={t('duplicates')}>{health.duplicates}</Figure>
        <Figure name={t('refused')} bad={health.badSignatures.total > 0}>
          {health.badSignatures.total}
        </Figure>
        <Figure name={t('unreadable')} bad={health.unreadable > 0}>
          {health.unreadable}
        </Figure>
        <Figure name={t('failed')} bad={health.notStored > 0}>
          {health.notStored}
        </Figure>
        {lost !== null && (
          <Figure name={t('lost')} bad={lost > 0}>
            {lost}
          </Figure>
        )}
      </div>
      <p className="small muted">
        <Badge tone={isUp ? 'alive' : 'danger'}>{t(isUp ? 'up' : 'down')}</Badge>{' '}
        {Math.abs(clockOffsetMs) >= CLOCK_OFF_MS && (
          <Badge tone="danger">{t('clockOff', { seconds: Math.round(clockOffsetMs / 1000) })}</Badge>
        )}{' '}
        {t('lastAt')}:{' '}
        {health.lastReceivedAt === null
          ? t('never')
          : format.relativeTime(new Date(health.lastReceivedAt), now)}
      </p>
      {health.received.length > 0 && (
        <Card>
          <dl className={s['events']}>
            {health.received.map((row) => (
              <Line key={row.event} name={row.event}>
                <span className="digits">{row.total}</span>
              </Line>
            ))}
          </dl>
        </Card>
      )}
    </>
  );
}

/** The same, asked for again and again. */
export function WebhookHealth(): JSX.Element {
  const t = useTranslations('admin');
  const health = useQuery({
    queryKey: ['admin', 'webhooks'],
    queryFn: () => api.send<Health>('GET', '/api/v1/admin/webhooks'),
    refetchInterval: POLL_MS,
  });
  return (
    <section className={s['section']} data-testid="webhook-health">
      <h2>{t('webhooks')}</h2>
      <p className="muted">{t('webhooksText')}</p>
      {health.isPending ? (
        <Loading />
      ) : health.isLoadingError ? (
        <Failure error={health.error} onRetry={() => void health.refetch()} />
      ) : (
        <HealthFigures health={health.data} />
      )}
    </section>
  );
}
