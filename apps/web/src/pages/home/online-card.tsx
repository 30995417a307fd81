import type { OnlinePerson } from '@latido/protocol';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, type CallState } from '../../app/api.ts';
import { useSentence } from '../../app/sentence.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/layout.tsx';
import { useToast } from '../../ui/toast.tsx';
import s from './home.module.css';
import { PartTitle } from './part-title.tsx';

const POLL_MS = 5_000;
const SHOWN = 6;

/** Who can be called now. */
export function OnlineCard(): JSX.Element {
  const t = useTranslations('home');
  const online = useQuery({
    queryKey: ['people', 'online'],
    queryFn: () => api.send<{ items: readonly OnlinePerson[] }>('GET', '/api/v1/people/online'),
    refetchInterval: POLL_MS,
  });
  const people = online.data?.items ?? [];
  return (
    <Card testId="home-online">
      <div className={s['part']}>
        <PartTitle title={t('onlineTitle')} />
        {online.isSuccess && people.length === 0 && <p className="muted">{t('onlineNobody')}</p>}
        <ul className={s['list']}>
          {people.slice(0, SHOWN).map((person) => (
            <Callable key={person.personId} person={person} />
          ))}
        </ul>
      </div>
    </Card>
  );
}

function Callable({ person }: { person: OnlinePerson }): JSX.Element {
  const t = useTranslations('home');
  const sentence = useSentence();
  const navigate = useNavigate();
  const toast = useToast();
  const call = useMutation({
    mutationFn: () => api.send<CallState>('POST', '/api/v1/calls', { with: person.personId }),
    onSuccess: ({ roomName }) => navigate({ to: '/video', search: { room: roomName } }),
    onError: (error) => toast({ text: sentence(error), tone: 'danger' }),
  });
  return (
    <li className={s['item']} data-testid="online-person">
      <strong>{person.name}</strong>
      <Badge tone={person.inCall ? 'warn' : 'alive'}>{t(person.inCall ? 'inCall' : 'online')}</Badge>
      <Button
        isDisabled={person.inCall}
        isPending={call.isPending}
        onPress={() => call.mutate()}
        aria-label={t('callTo', { name: person.name })}
        data-testid="call-online"
      >
        {t('call')}
      </Button>
    </li>
  );
}
