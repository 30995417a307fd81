import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { actOn, lobbyQuery, type Booking, type Lobby } from '../../app/sessions.ts';
import { useSentence } from '../../app/sentence.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Actions, Card, Stack } from '../../ui/layout.tsx';
import { Cell, Row, Rows } from '../../ui/rows.tsx';
import s from './sessions.module.css';

/** Somebody at the door, or within. */
export type Entry = Lobby['items'][number];
type Decision = 'admit' | 'deny' | 'remove';

/** The lobby on the session's page. */
export function HostDoor({ session }: { session: Booking }): JSX.Element {
  const t = useTranslations('sessions');
  return (
    <Card testId="lobby">
      <Stack>
        <h2>{t('lobby')}</h2>
        <Waiting session={session} />
      </Stack>
    </Card>
  );
}

/** The lobby as its host sees it: who waits, in the order of asking, and whom they let in, with what else is done with these. */
export function Waiting({
  session,
  tools,
}: {
  session: Booking;
  tools?: (entry: Entry) => ReactNode;
}): JSX.Element {
  const t = useTranslations('sessions');
  const lobby = useQuery(lobbyQuery(session.id));
  const client = useQueryClient();
  const sentence = useSentence();
  const decide = useMutation({
    mutationFn: async ({ entries, what }: { entries: readonly Entry[]; what: Decision }) => {
      for (const { entryId } of entries) await actOn<Lobby>(session.id, `lobby/${entryId}/${what}`);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
  const items = lobby.data?.items ?? [];
  const waiting = items.filter(({ position }) => position !== null);
  const isOpen = session.status === 'IN_PROGRESS';
  return (
    <Stack>
      <p className="muted" role="status">
        {t('waitingCount', { count: waiting.length })}
      </p>
      {decide.isError && <p role="alert">{sentence(decide.error)}</p>}
      {items.length > 0 && (
        <Rows label={t('lobby')}>
          {items.map((entry) => (
            <EntryRow
              key={entry.entryId}
              entry={entry}
              isOpen={isOpen}
              onDecide={(what) => decide.mutate({ entries: [entry], what })}
              tools={tools}
            />
          ))}
        </Rows>
      )}
      {waiting.length > 1 && isOpen && (
        <Actions>
          <Button
            onPress={() => decide.mutate({ entries: waiting, what: 'admit' })}
            isPending={decide.isPending}
            data-testid="admit-all"
          >
            {t('admitAll')}
          </Button>
        </Actions>
      )}
    </Stack>
  );
}

function EntryRow(props: {
  entry: Entry;
  isOpen: boolean;
  onDecide: (what: Decision) => void;
  tools: ((entry: Entry) => ReactNode) | undefined;
}): JSX.Element {
  const t = useTranslations('sessions');
  const { entry, isOpen, onDecide } = props;
  const waits = entry.position !== null;
  return (
    <Row testId="lobby-entry">
      <Cell part="main">
        {entry.name}
        <span className="small muted">
          {t('waited', {
            minutes: Math.floor(entry.waitingMs / 60_000),
            seconds: Math.floor((entry.waitingMs % 60_000) / 1_000),
          })}
          {!entry.isBooked && ` · ${t('notBooked')}`}
        </span>
      </Cell>
      <Cell part="side">
        <Badge tone={entry.state === 'waiting' ? 'warn' : entry.state === 'admitted' ? 'alive' : 'plain'}>
          {t('place', { state: entry.state })}
        </Badge>
      </Cell>
      <Cell part="state">
        <Actions>
          {entry.state !== 'admitted' && isOpen && (
            <Button
              look="primary"
              onPress={() => onDecide('admit')}
              aria-label={t('admitWhom', { name: entry.name })}
              data-testid="admit"
            >
              {t('admit')}
            </Button>
          )}
          {waits && (
            <Button
              onPress={() => onDecide('deny')}
              aria-label={t('denyWhom', { name: entry.name })}
              data-testid="deny"
            >
              {t('deny')}
            </Button>
          )}
          {entry.state === 'admitted' && (
            <Button
              onPress={() => onDecide('remove')}
              aria-label={t('removeWhom', { name: entry.name })}
              data-testid="remove"
            >
              {t('remove')}
            </Button>
          )}
        </Actions>
      </Cell>
      {entry.state === 'admitted' && props.tools && (
        <div className={s['tools']}>
          <Actions>{props.tools(entry)}</Actions>
        </div>
      )}
    </Row>
  );
}
