import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { CallState, Me } from '../../app/api.ts';
import { callerOf, useEndCall, useInvitations } from '../../app/invitations.ts';
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

/** Waiting to be called. */
export function EarnForm({ me, onRoom }: { me: Me; onRoom: (roomName: string) => void }): JSX.Element {
  const t = useTranslations('video');
  const invitations = useInvitations();
  useOwnInvitations();
  if (invitations.length === 0) {
    return (
      <Card>
        <Empty title={t('waiting')} text={t('waitingText')} />
      </Card>
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
