import { Trace } from '@latido/react';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { callQuery, type CallState } from '../../app/api.ts';
import { useBeatsOf } from '../admin/use-beats.ts';
import s from './sessions.module.css';

const POLL_MS = 1_000;
/** More would not be told apart; a figure says how many there are besides. */
const SHOWN = 3;
const NOBODY: CallState['people'] = [];

const isIn = ({ state }: CallState['people'][number]): boolean => state !== 'absent' && state !== 'left';

/** Who of the others is in a session that goes on, each with the line of their signs of life: a beat is a sign that came. */
export function Life({ callId, readerId }: { callId: string; readerId: string }): JSX.Element | null {
  const t = useTranslations('sessions');
  const call = useQuery({ ...callQuery(callId), refetchInterval: POLL_MS });
  const others = (call.data?.people ?? NOBODY).filter((one) => one.personId !== readerId && isIn(one));
  const beats = useBeatsOf(others);
  if (others.length === 0) return null;
  const more = others.length - SHOWN;
  return (
    <ul className={s['life']} aria-label={t('inRoom')} data-testid="life">
      {others.slice(0, SHOWN).map(({ personId, name, state, lastProofAt }) => (
        <li key={personId} data-testid="life-of" data-state={state}>
          <span className="small muted">
            {name}
            {state !== 'present' && <span className="sr">: {t('noSign')}</span>}
          </span>
          <Trace
            beats={beats.get(personId) ?? []}
            lastProofAt={lastProofAt === null ? null : Date.parse(lastProofAt)}
            windowMs={20_000}
            width={84}
            height={20}
          />
        </li>
      ))}
      {more > 0 && <li className="small muted">{t('andMore', { count: more })}</li>}
    </ul>
  );
}
