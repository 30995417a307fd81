import { useInbox } from '@latido/react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, callsQuery, type CallState, type Me } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/layout.tsx';
import { Empty } from '../../ui/states.tsx';
import s from './prejoin.module.css';

const POLL_MS = 2_500;

/** Calls that wait for this person: open on the server, told at once by the inbox. */
export function useInvitations(me: Me): readonly CallState[] {
  const feed = useFeed();
  const inbox = useInbox({ api, personId: me.personId, feed });
  const invited = inbox.notices.filter((notice) => notice.type === 'call.invited').length;
  // The inbox says that something came; what is open this moment is the server's to say.
  const open = useQuery({ ...callsQuery({ status: 'waiting' }), refetchInterval: POLL_MS });
  const { refetch } = open;
  useEffect(() => void refetch(), [refetch, invited]);
  return open.data?.items.filter((call) => call.status === 'waiting') ?? [];
}

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
  const caller = call.people.find((person) => person.personId !== me.personId);
  return (
    <div className={s['invitation']} role="alert" data-testid="invitation">
      <div>
        <strong>{t('video.invitation', { name: caller?.name ?? t('attendance.someone') })}</strong>
        <p className="small muted">{t('video.invitationText', { room: call.roomName })}</p>
      </div>
      <Button look="primary" onPress={() => onRoom(call.roomName)} data-testid="join-call">
        {t('video.accept')}
      </Button>
    </div>
  );
}

/** Waiting to be called. */
export function EarnForm({ me, onRoom }: { me: Me; onRoom: (roomName: string) => void }): JSX.Element {
  const t = useTranslations('video');
  const invitations = useInvitations(me);
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
