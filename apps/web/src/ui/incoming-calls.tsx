import { useNavigate, useRouterState } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useMe, type CallState } from '../app/api.ts';
import { callerOf, useDismissed, useInvitations } from '../app/invitations.ts';
import { Button } from './button.tsx';
import s from './incoming-calls.module.css';

/** One call that comes in, also for the gallery. Escape waves it away. */
export function IncomingCall(props: {
  name: string;
  /** Whether the person is in another call at this moment. */
  inCall?: boolean;
  onAccept: () => void;
  onDismiss: () => void;
}): JSX.Element {
  const t = useTranslations('video');
  return (
    <div
      className={s['call']}
      data-testid="incoming-call"
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onDismiss();
      }}
    >
      <div className={s['words']}>
        <strong>{t('invitation', { name: props.name })}</strong>
        {props.inCall && <p className="small muted">{t('acceptLeaves')}</p>}
      </div>
      <div className={s['actions']}>
        <Button look="primary" onPress={props.onAccept} data-testid="accept-call">
          {t('accept')}
        </Button>
        <Button look="quiet" onPress={props.onDismiss} data-testid="dismiss-call">
          {t('dismiss')}
        </Button>
      </div>
    </div>
  );
}

/**
 * Calls that come in, wherever the person is. `room` is the room that the window is in, and `listed` says that the
 * page itself shows what waits: nothing is said twice, and nobody is called into the room that they are in.
 */
export function IncomingCalls({ room, listed }: { room: string | null; listed: boolean }): JSX.Element {
  const t = useTranslations();
  const me = useMe();
  const navigate = useNavigate();
  const dismissed = useDismissed();
  const waiting = useInvitations();
  const asked = useRouterState({
    select: ({ location }) =>
      location.pathname === '/video' ? (location.search as { room?: string }).room : undefined,
  });
  const isShown = (call: CallState): boolean =>
    !listed && call.roomName !== room && call.roomName !== asked && !dismissed.has(call.callId);
  return (
    <div
      className={s['region']}
      data-in-call={room === null ? undefined : true}
      role="region"
      aria-label={t('video.incoming')}
      aria-live="assertive"
    >
      {me &&
        waiting
          .filter(isShown)
          .map((call) => (
            <IncomingCall
              key={call.callId}
              name={callerOf(call, me) ?? t('attendance.someone')}
              inCall={room !== null}
              onAccept={() => void navigate({ to: '/video', search: { room: call.roomName } })}
              onDismiss={() => dismissed.add(call.callId)}
            />
          ))}
    </div>
  );
}
