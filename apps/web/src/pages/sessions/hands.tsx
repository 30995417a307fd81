import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Hand } from 'lucide-react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { changeRoom, type SessionRoom } from '../../app/session-room.ts';
import { Button } from '../../ui/button.tsx';
import s from './sessions.module.css';

/** Raises one's hand, or lowers it. */
export function RaiseHand(props: { sessionId: string; room: SessionRoom; personId: string }): JSX.Element {
  const { sessionId, room, personId } = props;
  const t = useTranslations('sessions');
  const client = useQueryClient();
  const isUp = room.hands.some((hand) => hand.personId === personId);
  const change = useMutation({
    mutationFn: () => changeRoom(client, sessionId, { method: isUp ? 'DELETE' : 'PUT', at: 'hand' }),
  });
  return (
    <Button
      look={isUp ? 'primary' : 'secondary'}
      onPress={() => change.mutate()}
      isPending={change.isPending}
      data-testid="raise-hand"
    >
      <Hand size={18} aria-hidden /> {t('hand', { is: isUp ? 'up' : 'down' })}
    </Button>
  );
}

/** Hands that are up, in the order of raising, for everybody; read out as one goes up. */
export function Hands({ room }: { room: SessionRoom }): JSX.Element {
  const t = useTranslations('sessions');
  const last = room.hands.at(-1);
  return (
    <>
      <span className="sr" role="status">
        {last ? t('handOf', last) : ''}
      </span>
      {room.hands.length > 0 && (
        <ol className={s['hands']} aria-label={t('hands')} data-testid="hands">
          {room.hands.map(({ personId, name, position }) => (
            <li key={personId}>
              <Hand size={16} aria-hidden /> {position}. {name}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
