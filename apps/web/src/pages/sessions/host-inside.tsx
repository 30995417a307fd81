import type { LobbyEntry } from '@latido/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useSentence } from '../../app/sentence.ts';
import { changeRoom, type SessionRoom } from '../../app/session-room.ts';
import { actOn, type Booking } from '../../app/sessions.ts';
import { Button } from '../../ui/button.tsx';
import { Actions, Stack } from '../../ui/layout.tsx';
import { HostLobby } from './doors.tsx';
import s from './sessions.module.css';

type Change = Parameters<typeof changeRoom>[2];

/** What a host has behind the button of their session's call: the door, each person, the room. */
export default function HostInside({
  session,
  room,
}: {
  session: Booking;
  room: SessionRoom | undefined;
}): JSX.Element {
  const t = useTranslations('sessions');
  const sentence = useSentence();
  const client = useQueryClient();
  const isMentor = session.role === 'mentor';
  const change = useMutation({ mutationFn: (to: Change) => changeRoom(client, session.id, to) });
  const end = useMutation({ mutationFn: () => actOn(session.id, 'end') });
  const failure = change.error ?? end.error;
  const onChange = change.mutate;
  return (
    <Stack>
      <HostLobby
        session={session}
        tools={(entry) => <PersonTools {...{ entry, room, isMentor, onChange }} />}
      />
      {failure && <p role="alert">{sentence(failure)}</p>}
      {room && <RaisedHands room={room} onChange={onChange} />}
      {room && <RoomTools room={room} onChange={onChange} />}
      {isMentor && (
        <Button
          look="danger"
          wide
          isPending={end.isPending}
          onPress={() => end.mutate()}
          data-testid="end-session"
        >
          {t('endForAll')}
        </Button>
      )}
    </Stack>
  );
}

function PersonTools(props: {
  entry: LobbyEntry;
  room: SessionRoom | undefined;
  isMentor: boolean;
  onChange: (to: Change) => void;
}): JSX.Element {
  const { entry, room, isMentor, onChange } = props;
  const { personId, name } = entry;
  const t = useTranslations('sessions');
  const isHost = room?.hosts.some((host) => host.personId === personId) ?? false;
  return (
    <>
      {(['microphone', 'camera'] as const).map((source) => (
        <Button
          key={source}
          onPress={() => onChange({ method: 'POST', at: 'turn-off', body: { source, personId } })}
          aria-label={t('turnOffWhose', { source, name })}
          data-testid={`${source}-off`}
        >
          {t('turnOff', { source })}
        </Button>
      ))}
      {isMentor && room && (
        <Button
          onPress={() =>
            onChange({ method: isHost ? 'DELETE' : 'PUT', at: `hosts/${encodeURIComponent(personId)}` })
          }
          aria-label={t('hostWhom', { is: isHost ? 'host' : 'guest', name })}
          data-testid="make-host"
        >
          {t('makeHost', { is: isHost ? 'host' : 'guest' })}
        </Button>
      )}
    </>
  );
}

function RaisedHands({
  room,
  onChange,
}: {
  room: SessionRoom;
  onChange: (to: Change) => void;
}): JSX.Element | null {
  const t = useTranslations('sessions');
  if (room.hands.length === 0) return null;
  return (
    <>
      <h3>{t('hands')}</h3>
      <ul className={s['handRows']} aria-label={t('hands')}>
        {room.hands.map(({ personId, name, position }) => (
          <li key={personId} data-testid="hand-row">
            <span>
              {position}. {name}
            </span>
            <Button
              onPress={() => onChange({ method: 'DELETE', at: `hands/${encodeURIComponent(personId)}` })}
              aria-label={t('lowerWhose', { name })}
              data-testid="lower-hand"
            >
              {t('lower')}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** For everybody at once. */
function RoomTools({ room, onChange }: { room: SessionRoom; onChange: (to: Change) => void }): JSX.Element {
  const t = useTranslations('sessions');
  const { isLocked, hands } = room;
  return (
    <>
      <p className="muted" role="status">
        {isLocked ? t('isLocked') : ''}
      </p>
      <Actions>
        <Button onPress={() => onChange({ method: 'POST', at: 'turn-off', body: {} })} data-testid="mute-all">
          {t('muteAll')}
        </Button>
        <Button
          onPress={() => onChange({ method: isLocked ? 'DELETE' : 'PUT', at: 'lock' })}
          data-testid="lock-room"
        >
          {t('lock', { is: isLocked ? 'locked' : 'open' })}
        </Button>
        {hands.length > 1 && (
          <Button onPress={() => onChange({ method: 'DELETE', at: 'hands' })} data-testid="lower-all">
            {t('lowerAll')}
          </Button>
        )}
      </Actions>
    </>
  );
}
