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
import { Life } from './life.tsx';
import s from './sessions.module.css';
import { ownZone, StatusBadge, usePriceWords, When } from './when.tsx';

/** The sessions of a person: those to come first. */
export function SessionsPage(): JSX.Element {
  const t = useTranslations('sessions');
  const me = useMe();
  const [show, setShow] = useState('next');
  const sessions = useQuery(sessionsQuery(show === 'past'));
  const toCome = useQuery(sessionsQuery(false)).data?.items ?? [];
  const now = toCome.filter(({ status }) => status === 'IN_PROGRESS');
  useSessionNews();
  const items = sessions.data?.items.filter(({ status }) => status !== 'IN_PROGRESS') ?? [];
  return (
    <Page
      title={t('title')}
      text={t('zone', { zone: ownZone() })}
      actions={earns(me) && <ButtonLink to="/dashboard/hours">{t('hours')}</ButtonLink>}
    >
      <Stack>
        {now.map((session) => (
          <GoesOn
            key={session.id}
            session={session}
            next={toCome.find(({ status }) => status === 'SCHEDULED')}
          />
        ))}
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
        ) : sessions.isLoadingError ? (
          <Failure error={sessions.error} onRetry={() => void sessions.refetch()} />
        ) : items.length > 0 ? (
          <Rows label={t('title')}>
            {items.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </Rows>
        ) : (
          (show === 'past' || now.length === 0) && (
            <Empty title={t('none')} text={earns(me) ? t('noneMentor') : t('noneMentee')} />
          )
        )}
      </Stack>
    </Page>
  );
}

const MINUTE_MS = 60_000;

/** What goes on now stands above everything, with the way in; and how much it is over, where the next one waits for it. */
function GoesOn({ session, next }: { session: Booking; next: Booking | undefined }): JSX.Element {
  const t = useTranslations('sessions');
  const me = useMe();
  const { id, role, mentor, mentees, endsAt, serverAt, callId } = session;
  const others = role === 'mentor' ? mentees : [mentor];
  const at = Date.parse(serverAt);
  const over = Math.floor((at - Date.parse(endsAt)) / MINUTE_MS);
  const inMinutes = next && Math.ceil((Date.parse(next.startsAt) - at) / MINUTE_MS);
  return (
    <section className={s['now']} aria-label={session.title} data-testid="session-now">
      <StatusBadge status={session.status} />
      <div>
        <strong>{session.title}</strong>
        <span className="small muted">{others.map(({ name }) => name).join(', ')}</span>
        {over > 0 && (
          <span className={s['over']}>
            {t('isOver', { minutes: over })}
            {inMinutes !== undefined && inMinutes > 0 && inMinutes < 60 && (
              <> {t('nextIn', { minutes: inMinutes })}</>
            )}
          </span>
        )}
      </div>
      <When of={session} />
      {/* Whoever booked reads at the door what goes on within. */}
      {role !== 'mentee' && callId !== null && me && <Life callId={callId} readerId={me.personId} />}
      <ButtonLink
        // Whoever booked comes by the door; whoever holds it is in at once.
        to={role === 'mentor' ? '/dashboard/sessions/$sessionId/video' : '/dashboard/sessions/$sessionId'}
        params={{ sessionId: id }}
        look="primary"
        aria-label={t('joinWhich', { title: session.title })}
        data-testid="join-session"
      >
        {role === 'staff' ? t('toSession') : t('join')}
      </ButtonLink>
    </section>
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
