import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { useMe } from '../app/api.ts';
import { callerOf, useLeftOpen } from '../app/invitations.ts';
import { useServerAway } from '../app/server-away.ts';
import s from './server-away.module.css';

/** On every page the same, while the server is away: since when, what stays, and the deadline that still holds. */
export function ServerAway(): JSX.Element | null {
  const t = useTranslations('app');
  const format = useFormatter();
  const client = useQueryClient();
  const me = useMe();
  const sinceAt = useServerAway();
  const was = useRef(false);
  const kept = useLeftOpen(sinceAt !== null).find((call) => call.graceUntil !== null);
  useEffect(() => {
    // What stands on the page was asked for before: it is all asked for again.
    if (sinceAt === null && was.current) void client.invalidateQueries();
    was.current = sinceAt !== null;
  }, [sinceAt, client]);
  if (sinceAt === null) return null;
  const timeOf = (at: number): string => format.dateTime(at, { timeStyle: 'medium' });
  const until = me && kept?.graceUntil ? timeOf(Date.parse(kept.graceUntil)) : null;
  return (
    <div className={s['bar']} role="status" data-testid="server-away">
      <p>
        {t(navigator.onLine ? 'serverAway' : 'offline', { since: timeOf(sinceAt) })}
        {me && kept && until !== null && (
          <> {t('callKept', { name: callerOf(kept, me) ?? kept.roomName, until })}</>
        )}
      </p>
    </div>
  );
}
