import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import type { CallState, Me } from '../../app/api.ts';
import {
  callerOf,
  missedOf,
  useDismissed,
  useEndCall,
  useInvitations,
  useNewestCalls,
} from '../../app/invitations.ts';
import { useRingQuestion } from '../../app/ringing.ts';
import { useOwnInvitations } from '../../ui/app-shell.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/layout.tsx';
import { Rate } from '../../ui/rate.tsx';
import { Empty } from '../../ui/states.tsx';
import s from './prejoin.module.css';

function Invitation({
  call,
  me,
  onRoom,
}: {
  call: CallState;
  me: Me;
  onRoom: (room: string) => void;
}): JSX.Element {
  const t = useTranslations();
  const end = useEndCall();
  const plan = call.meter?.plan;
  const name = callerOf(call, me) ?? t('attendance.someone');
  return (
    <div className={s['invitation']} role="alert" data-testid="invitation">
      <div>
        <strong>{t('video.invitation', { name })}</strong>
        {plan && (
          <p className="small muted">
            <Rate plan={plan} />
          </p>
        )}
      </div>
      <div className={s['answers']}>
        <Button look="primary" onPress={() => onRoom(call.roomName)} data-testid="join-call">
          {t('video.accept')}
        </Button>
        <Button look="quiet" onPress={() => end(call)} data-testid="decline-call">
          {t('video.decline')}
        </Button>
      </div>
    </div>
  );
}

/** Asked once, as a browser lets nothing be heard that nobody touched. */
function RingQuestion(): JSX.Element | null {
  const t = useTranslations('video');
  const { isAsked, answer } = useRingQuestion();
  if (!isAsked) return null;
  return (
    <div className={s['invitation']} data-testid="ring-question">
      <p>{t('mayRing')}</p>
      <div className={s['answers']}>
        <Button onPress={() => answer(true)} data-testid="ring-yes">
          {t('ringYes')}
        </Button>
        <Button look="quiet" onPress={() => answer(false)} data-testid="ring-no">
          {t('ringNo')}
        </Button>
      </div>
    </div>
  );
}

/** Calls that nobody took: they stay until they are waved away, in every tab. */
function Missed({ me }: { me: Me }): JSX.Element {
  const t = useTranslations();
  const format = useFormatter();
  const dismissed = useDismissed();
  const missed = missedOf(useNewestCalls(), me).filter(({ callId }) => !dismissed.has(callId));
  return (
    <>
      {missed.map((call) => (
        <div key={call.callId} className={s['missed']} data-testid="missed-call">
          <div>
            <strong>{t('video.missed', { name: callerOf(call, me) ?? t('attendance.someone') })}</strong>
            <p className="small muted">
              {format.dateTime(new Date(call.createdAt), { dateStyle: 'medium', timeStyle: 'short' })}
            </p>
          </div>
          <Button look="quiet" onPress={() => dismissed.add(call.callId)}>
            {t('app.close')}
          </Button>
        </div>
      ))}
    </>
  );
}

/** Waiting to be called. */
export function EarnForm({ me, onRoom }: { me: Me; onRoom: (roomName: string) => void }): JSX.Element {
  const t = useTranslations('video');
  const invitations = useInvitations();
  useOwnInvitations();
  if (invitations.length === 0) {
    return (
      <>
        <RingQuestion />
        <Card>
          <Empty title={t('waiting')} text={t('waitingText')} />
        </Card>
        <Missed me={me} />
      </>
    );
  }
  return (
    <>
      {invitations.map((call) => (
        <Invitation key={call.callId} call={call} me={me} onRoom={onRoom} />
      ))}
    </>
  );
}
