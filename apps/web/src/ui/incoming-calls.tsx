import { useNavigate, useRouterState } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { acceptRoom } from '../app/accepted.ts';
import { useMe, type CallState, type Plan } from '../app/api.ts';
import { callerOf, useDismissed, useEndCall, useInvitations, useLeftOpen } from '../app/invitations.ts';
import { useRinging } from '../app/ringing.ts';
import { useTold } from '../app/told.ts';
import { Button } from './button.tsx';
import s from './incoming-calls.module.css';
import { Rate } from './rate.tsx';

interface Answer {
  readonly says: string;
  readonly onPress: () => void;
  readonly testId: string;
}

/** What one can do about a call that waits: what most want first. */
function Answers({ first, second }: { first: Answer; second: Answer }): JSX.Element {
  return (
    <div className={s['actions']}>
      <Button look="primary" onPress={first.onPress} data-testid={first.testId}>
        {first.says}
      </Button>
      <Button look="quiet" onPress={second.onPress} data-testid={second.testId}>
        {second.says}
      </Button>
    </div>
  );
}

/** One call that comes in, also for the gallery. Escape waves it away without an answer. */
export function IncomingCall(props: {
  name: string;
  /** What the call brings, told before anybody accepts. */
  plan?: Plan | undefined;
  /** Whether the person is in another call at this moment. */
  inCall?: boolean;
  onAccept: () => void;
  onDecline: () => void;
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
        {props.plan && (
          <p className="small muted">
            <Rate plan={props.plan} />
          </p>
        )}
        {props.inCall && <p className="small muted">{t('acceptLeaves')}</p>}
      </div>
      <Answers
        first={{ says: t('accept'), onPress: props.onAccept, testId: 'accept-call' }}
        second={{ says: t('decline'), onPress: props.onDecline, testId: 'decline-call' }}
      />
    </div>
  );
}

/** One call of the person's own that goes on without them, also for the gallery. */
export function OpenCall(props: {
  call: Pick<CallState, 'status'>;
  name: string | undefined;
  onReturn: () => void;
  onEnd: () => void;
}): JSX.Element {
  const t = useTranslations('video');
  const { name, call } = props;
  const sentence = call.status === 'waiting' ? 'stillCalling' : 'goesOn';
  return (
    <div className={s['call']} data-testid="open-call-of-mine">
      <strong className={s['words']}>{name === undefined ? t('goesOnAlone') : t(sentence, { name })}</strong>
      <Answers
        first={{ says: t('return'), onPress: props.onReturn, testId: 'return-to-call' }}
        second={{ says: t('hangUp'), onPress: props.onEnd, testId: 'end-open-call' }}
      />
    </div>
  );
}

/**
 * Calls that come in and calls that were left, wherever the person is. `room` is the room that the window is in, and
 * `listed` says that the page itself shows what waits: nothing is said twice, and nobody is called into the room that
 * they are in.
 */
export function IncomingCalls({ room, listed }: { room: string | null; listed: boolean }): JSX.Element {
  const t = useTranslations();
  const me = useMe();
  const navigate = useNavigate();
  const dismissed = useDismissed();
  const waiting = useInvitations();
  const leftOpen = useLeftOpen(room === null);
  const end = useEndCall();
  const asked = useRouterState({
    select: ({ location }) =>
      location.pathname === '/video' ? (location.search as { room?: string }).room : undefined,
  });
  const isElsewhere = (call: CallState): boolean => call.roomName !== room && call.roomName !== asked;
  const goTo = (call: CallState): void => void navigate({ to: '/video', search: { room: call.roomName } });
  const accept = (call: CallState): void => {
    acceptRoom(call.roomName);
    goTo(call);
  };
  const ringing = waiting.filter((call) => isElsewhere(call) && !dismissed.has(call.callId));
  const invitations = listed ? [] : ringing;
  const nameOf = (call: CallState): string => (me && callerOf(call, me)) ?? t('attendance.someone');
  const [first] = ringing;
  const rings = first && { callId: first.callId, words: t('video.invitation', { name: nameOf(first) }) };
  useRinging(rings ?? null, room !== null);
  useTold();
  const open = leftOpen.filter(isElsewhere);
  return (
    <div
      className={s['region']}
      data-in-call={room === null ? undefined : true}
      role="region"
      aria-label={t('video.incoming')}
      aria-live="assertive"
    >
      {me &&
        invitations.map((call) => (
          <IncomingCall
            key={call.callId}
            name={nameOf(call)}
            plan={call.meter?.plan}
            inCall={room !== null}
            onAccept={() => accept(call)}
            onDecline={() => {
              dismissed.add(call.callId);
              end(call);
            }}
            onDismiss={() => dismissed.add(call.callId)}
          />
        ))}
      {me &&
        open.map((call) => (
          <OpenCall
            key={call.callId}
            call={call}
            name={callerOf(call, me)}
            onReturn={() => goTo(call)}
            onEnd={() => end(call)}
          />
        ))}
    </div>
  );
}
