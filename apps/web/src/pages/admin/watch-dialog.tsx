import { personIdOf } from '@latido/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, callAt, type CallState } from '../../app/api.ts';
import { useFactSentence } from '../../app/fact-sentence.ts';
import { useSentence } from '../../app/sentence.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useToast } from '../../ui/toast.tsx';
import s from './admin.module.css';
import { useFacts, type Told } from './use-facts.ts';

/** A call with its connections, as staff see it. */
export type WatchedCall = CallState & {
  readonly connections?: readonly { readonly identity: string; readonly personId: string | null }[];
};

/** One call from near: who is there, what is told of it this moment, and what may be done. */
export function WatchDialog(props: { call: WatchedCall | undefined; onClose: () => void }): JSX.Element {
  const t = useTranslations('watch');
  const { call, onClose } = props;
  const names = call?.people.map(({ name }) => name).join(', ') ?? '';
  return (
    <Dialog title={t('title', { names })} isOpen={call !== undefined} onClose={onClose}>
      {call && (
        <div className={s['watch']} data-testid="watch">
          <h3>{t('people')}</h3>
          <ul>
            {call.people.map((person) => (
              <WatchedPerson key={person.personId} call={call} person={person} />
            ))}
          </ul>
          <EndCall call={call} onEnded={onClose} />
          <h3>{t('facts')}</h3>
          <Facts call={call} />
        </div>
      )}
    </Dialog>
  );
}

/** Does something to a call, says so, and asks anew how it stands. */
function useDoing(does: () => Promise<unknown>, { said, done }: { said: string; done?: () => void }) {
  const client = useQueryClient();
  const toast = useToast();
  const sentence = useSentence();
  return useMutation({
    mutationFn: does,
    async onSuccess() {
      toast({ text: said });
      done?.();
      await client.invalidateQueries({ queryKey: ['admin'] });
    },
    onError: (error) => toast({ text: sentence(error), tone: 'danger' }),
  });
}

function WatchedPerson({
  call,
  person,
}: {
  call: WatchedCall;
  person: CallState['people'][number];
}): JSX.Element {
  const t = useTranslations('watch');
  const { name, personId, state } = person;
  const there = call.connections?.filter((one) => one.personId === personId) ?? [];
  const remove = useDoing(
    async () => {
      for (const identity of new Set(there.map((one) => one.identity)))
        await api.send('POST', `${callAt(call.callId)}/remove`, { identity });
    },
    { said: t('removed', { name }) },
  );
  return (
    <li className={s['person']}>
      <strong>{name}</strong>
      <Badge tone={state === 'present' ? 'alive' : state === 'absent' ? 'plain' : 'warn'}>
        {t('state', { state })}
      </Badge>
      <Button
        isDisabled={there.length === 0}
        isPending={remove.isPending}
        aria-label={t('removeOf', { name })}
        onPress={() => remove.mutate()}
        data-testid="remove-person"
      >
        {t('remove')}
      </Button>
    </li>
  );
}

function EndCall({ call, onEnded }: { call: WatchedCall; onEnded: () => void }): JSX.Element {
  const t = useTranslations('watch');
  const [isAsking, setAsking] = useState(false);
  const end = useDoing(() => api.send('POST', `${callAt(call.callId)}/end`, {}), {
    said: t('ended'),
    done: onEnded,
  });
  if (!isAsking) {
    return (
      <div>
        <Button look="danger" onPress={() => setAsking(true)} data-testid="end-watched">
          {t('end')}
        </Button>
      </div>
    );
  }
  return (
    <div className={s['sure']} role="group" aria-label={t('endSure')}>
      <span>{t('endSure')}</span>
      <Button
        look="danger"
        isPending={end.isPending}
        onPress={() => end.mutate()}
        data-testid="end-watched-sure"
      >
        {t('yes')}
      </Button>
      <Button onPress={() => setAsking(false)}>{t('cancel')}</Button>
    </div>
  );
}

/** Who a fact is about; empty for what is of the whole room. */
function nameIn({ people, connections }: WatchedCall, { identity }: Told, someone: string): string {
  const personId =
    connections?.find((one) => one.identity === identity)?.personId ?? (identity && personIdOf(identity));
  return people.find((person) => person.personId === personId)?.name ?? someone;
}

function Facts({ call }: { call: WatchedCall }): JSX.Element {
  const t = useTranslations();
  const sentence = useFactSentence();
  const facts = useFacts(call.callId);
  if (facts.length === 0) return <p className="muted">{t('watch.noFacts')}</p>;
  return (
    <ul className={s['facts']} tabIndex={0} aria-label={t('watch.facts')}>
      {facts.map((fact) => (
        <li key={fact.seq} data-testid="watched-fact">
          {sentence(fact, nameIn(call, fact, t('attendance.someone')))}
        </li>
      ))}
    </ul>
  );
}
