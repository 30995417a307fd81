import { lazy, Suspense, type JSX, type ReactNode } from 'react';
import type { Booking } from '../../app/sessions.ts';
import { Loading } from '../../ui/states.tsx';
import { HowItWent } from './how-it-went.tsx';
import { Placed } from './place.tsx';
import s from './sessions.module.css';
import { Written } from './written.tsx';

const Recorded = lazy(() => import('./recorded.tsx'));

/** What a session was: beside what was recorded of it what was written, and below both how everybody came. */
export function After({
  session,
  agreed,
  notes,
}: {
  session: Booking;
  agreed: ReactNode;
  notes: ReactNode;
}): JSX.Element {
  const callIds = session.callIds ?? [];
  // Of recordings, and of how others came, a guest is told nothing.
  const own = session.isGuest ? [] : callIds;
  return (
    <Placed>
      <div>
        {agreed}
        {own.map((callId) => (
          <Suspense key={callId} fallback={<Loading />}>
            <Recorded session={session} callId={callId} />
          </Suspense>
        ))}
      </div>
      <div>
        {callIds.map((callId) => (
          <Written key={callId} callId={callId} />
        ))}
        {notes}
      </div>
      {!session.isGuest && (
        <div className={s['whole']}>
          <HowItWent session={session} />
        </div>
      )}
    </Placed>
  );
}
