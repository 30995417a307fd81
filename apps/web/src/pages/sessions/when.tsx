import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import type { Booking } from '../../app/sessions.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';

/** The zone of this page's reader. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** When a session is, in the reader's time; whose time it is stands beside it, and the mentor's hour where that is another one. */
export function When({ of }: { of: Pick<Booking, 'startsAt' | 'endsAt' | 'timeZone'> }): JSX.Element {
  const t = useTranslations('sessions');
  const format = useFormatter();
  const [from, to] = [new Date(of.startsAt), new Date(of.endsAt)];
  const zone = ownZone();
  const clock = (at: Date, timeZone: string): string =>
    format.dateTime(at, { hour: '2-digit', minute: '2-digit', timeZone });
  const theirs = clock(from, of.timeZone);
  return (
    <span>
      {format.dateTime(from, { weekday: 'short', day: 'numeric', month: 'short', timeZone: zone })}{' '}
      <span className="digits">
        {clock(from, zone)}–{clock(to, zone)}
      </span>
      {theirs !== clock(from, zone) && (
        <span className="muted"> · {t('theirTime', { time: theirs, zone: of.timeZone })}</span>
      )}
    </span>
  );
}

const TONES: Readonly<Record<Booking['status'], Tone>> = {
  SCHEDULED: 'plain',
  IN_PROGRESS: 'alive',
  COMPLETED: 'plain',
  CANCELLED: 'danger',
  NO_SHOW: 'danger',
};

/** Where a session stands, in a word. */
export function StatusBadge({ status }: { status: Booking['status'] }): JSX.Element {
  const t = useTranslations('sessions');
  return <Badge tone={TONES[status]}>{t('status', { status })}</Badge>;
}

/** What a session costs, in words. */
export function usePriceWords(): (price: Booking['price']) => string {
  const t = useTranslations('sessions');
  return ({ kind, coins = 0 }) => t('price', { kind, coins });
}
