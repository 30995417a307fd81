import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { sessionQuery, useSessionNews, type Booking } from '../../app/sessions.ts';
import { ButtonAnchor } from '../../ui/button.tsx';
import { Card, Line, Lines, Page } from '../../ui/layout.tsx';
import { Failure, LoadingPage } from '../../ui/states.tsx';
import { Exports } from '../attendance/record.tsx';
import { After } from './after.tsx';
import { GuestDoor, HostDoor } from './doors.tsx';
import { GuestsCard } from './guests-card.tsx';
import { NotesCard } from './notes.tsx';
import s from './sessions.module.css';
import { Steps } from './steps.tsx';
import { StatusBadge, usePriceWords, When } from './when.tsx';

/** One session: what was agreed, the door while it goes on, and afterwards what it was. */
export function SessionPage(): JSX.Element {
  const { sessionId } = useParams({ from: '/dashboard/sessions/$sessionId' });
  const session = useQuery(sessionQuery(sessionId));
  useSessionNews();
  if (session.isPending) return <LoadingPage />;
  if (session.isLoadingError)
    return (
      <Page>
        <Failure error={session.error} onRetry={() => void session.refetch()} />
      </Page>
    );
  return <Session session={session.data} />;
}

function Session({ session }: { session: Booking }): JSX.Element {
  const t = useTranslations('sessions');
  const { role, status, isGuest } = session;
  const isOpen = status === 'SCHEDULED' || status === 'IN_PROGRESS';
  // A guest writes in them from within; afterwards they read along.
  const notes = status !== 'CANCELLED' && !(isGuest && isOpen) && (
    <NotesCard sessionId={session.id} mayChange={role !== 'staff'} />
  );
  const at = `/api/v1/bookings/${encodeURIComponent(session.id)}`;
  const hasRecord = status === 'COMPLETED' || status === 'NO_SHOW';
  return (
    <Page
      title={session.title}
      {...(session.topic === null ? {} : { text: session.topic })}
      actions={
        isGuest ? null : hasRecord ? (
          <Exports at={at} />
        ) : (
          <ButtonAnchor href={`${at}/calendar.ics`} data-testid="calendar">
            {t('calendar')}
          </ButtonAnchor>
        )
      }
    >
      <div className={s['session']} data-is={isOpen ? 'open' : hasRecord ? 'over' : 'cancelled'}>
        {isOpen && (
          <div>
            {/* Who waits reads at the door what goes on. */}
            {role !== 'staff' && !isGuest && !(role === 'mentee' && status === 'IN_PROGRESS') && (
              <Steps session={session} />
            )}
            {role === 'mentor' && <HostDoor session={session} />}
            {role === 'mentor' && <GuestsCard sessionId={session.id} />}
            {role === 'mentee' && <GuestDoor session={session} />}
            {notes}
          </div>
        )}
        {hasRecord ? (
          <After session={session} agreed={<Agreed session={session} />} notes={notes} />
        ) : (
          <div>
            <Agreed session={session} />
          </div>
        )}
      </div>
    </Page>
  );
}

function Agreed({ session }: { session: Booking }): JSX.Element {
  const t = useTranslations('sessions');
  const priceWords = usePriceWords();
  const { price, cancellation, charged, reason, isGuest } = session;
  return (
    <Card>
      <div className={s['agreed']}>
        <Lines>
          <Line name={t('state')} testId="session-status">
            <StatusBadge status={session.status} />
          </Line>
          <Line name={t('when')}>
            <When of={session} />
          </Line>
          <Line name={t('mentor')}>{session.mentor.name}</Line>
          {!isGuest && (
            <>
              <Line name={t('mentees', { seats: session.seats })}>
                {session.mentees.map(({ name }) => name).join(', ') || '–'}
              </Line>
              <Line name={t('cost')}>{priceWords(price)}</Line>
            </>
          )}
          {!isGuest && price.kind === 'fixed' && (
            <Line name={t('cancelling')}>
              {t('terms', { hours: cancellation.freeUntilHours, back: cancellation.thenBack })}
            </Line>
          )}
          {charged !== null && <Line name={t('charged')}>{t('coins', { coins: charged })}</Line>}
          {reason !== null && <Line name={t('reason')}>{reason}</Line>}
        </Lines>
      </div>
    </Card>
  );
}
