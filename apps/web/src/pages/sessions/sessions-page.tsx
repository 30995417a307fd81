import { useQuery } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { earns, useMe } from '../../app/api.ts';
import { sessionsQuery, useSessionNews, type Booking } from '../../app/sessions.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Chips } from '../../ui/chips.tsx';
import { Page, Stack } from '../../ui/layout.tsx';
import { Cell, Row, RowLink, Rows } from '../../ui/rows.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { ownZone, StatusBadge, usePriceWords, When } from './when.tsx';

/** The sessions of a person: those to come first. */
export function SessionsPage(): JSX.Element {
  const t = useTranslations('sessions');
  const me = useMe();
  const [show, setShow] = useState('next');
  const sessions = useQuery(sessionsQuery(show === 'past'));
  useSessionNews();
  return (
    <Page
      title={t('title')}
      text={t('zone', { zone: ownZone() })}
      actions={earns(me) && <ButtonLink to="/dashboard/hours">{t('hours')}</ButtonLink>}
    >
      <Stack>
        <Chips
          label={t('show')}
          value={show}
          onChange={setShow}
          options={[
            { id: 'next', label: t('next') },
            { id: 'past', label: t('past') },
          ]}
        />
        {sessions.isPending ? (
          <Loading />
        ) : sessions.isError ? (
          <Failure error={sessions.error} onRetry={() => void sessions.refetch()} />
        ) : sessions.data.items.length === 0 ? (
          <Empty title={t('none')} text={earns(me) ? t('noneMentor') : t('noneMentee')} />
        ) : (
          <Rows label={t('title')}>
            {sessions.data.items.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </Rows>
        )}
      </Stack>
    </Page>
  );
}

function SessionRow({ session }: { session: Booking }): JSX.Element {
  const priceWords = usePriceWords();
  const others = session.role === 'mentor' ? session.mentees : [session.mentor];
  return (
    <Row testId="session-row">
      <Cell part="main">
        <RowLink to="/dashboard/sessions/$sessionId" params={{ sessionId: session.id }}>
          {session.title}
        </RowLink>
        <span className="small muted">{others.map(({ name }) => name).join(', ')}</span>
      </Cell>
      <Cell part="side">
        <When of={session} />
      </Cell>
      <Cell part="figure">
        <span className="small muted">{priceWords(session.price)}</span>
      </Cell>
      <Cell part="state">
        <StatusBadge status={session.status} />
      </Cell>
    </Row>
  );
}
