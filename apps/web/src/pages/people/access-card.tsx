import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Me } from '../../app/api.ts';
import { changePerson, signOutEverywhere, type PersonShown } from '../../app/people.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Card } from '../../ui/layout.tsx';
import { useToast } from '../../ui/toast.tsx';
import s from './people.module.css';

/** What may be done about somebody's access, and how it went. */
function useAccess(person: PersonShown, onSettled: () => void) {
  const t = useTranslations('people');
  const client = useQueryClient();
  const toast = useToast();
  const { name, personId } = person;
  const isBanned = person.bannedAt !== null;
  const done = async (text: string): Promise<void> => {
    toast({ text });
    await client.invalidateQueries();
  };
  const signOut = useMutation({
    mutationFn: () => signOutEverywhere(personId),
    onSuccess: () => done(t('signedOut', { name })),
  });
  const ban = useMutation({
    mutationFn: () => changePerson(personId, { banned: !isBanned }),
    onSuccess: () => done(t(isBanned ? 'unbanned' : 'banned_', { name })),
    onSettled,
  });
  return { signOut, ban, error: signOut.error ?? ban.error };
}

/** Signing somebody out everywhere, banning them, taking the ban back. Not for oneself: that would lock one out. */
export function AccessCard({ me, person }: { me: Me; person: PersonShown }): JSX.Element {
  const t = useTranslations('people');
  const sentence = useSentence();
  const [isAsking, setAsking] = useState(false);
  const { signOut, ban, error } = useAccess(person, () => setAsking(false));
  const isBanned = person.bannedAt !== null;
  return (
    <Card>
      <div className={s['form']}>
        <h2>{t('access')}</h2>
        <p>{t('sessions', { sessions: person.sessions })}</p>
        {error && (
          <p className={s['failure']} role="alert">
            {sentence(error)}
          </p>
        )}
        <div className={s['actions']}>
          <Button
            isDisabled={person.sessions === 0}
            isPending={signOut.isPending}
            onPress={() => signOut.mutate()}
            data-testid="sign-out-everywhere"
          >
            {t('signOut')}
          </Button>
          {me.personId !== person.personId && (
            <Button
              look={isBanned ? 'secondary' : 'danger'}
              isPending={ban.isPending}
              onPress={() => (isBanned ? ban.mutate() : setAsking(true))}
              data-testid="ban"
            >
              {t(isBanned ? 'unban' : 'ban')}
            </Button>
          )}
        </div>
      </div>
      <AskBeforeBan
        name={person.name}
        isOpen={isAsking}
        isPending={ban.isPending}
        onBan={() => ban.mutate()}
        onClose={() => setAsking(false)}
      />
    </Card>
  );
}

function AskBeforeBan(props: {
  name: string;
  isOpen: boolean;
  isPending: boolean;
  onBan: () => void;
  onClose: () => void;
}): JSX.Element {
  const t = useTranslations('people');
  const { name, isOpen, isPending, onBan, onClose } = props;
  return (
    <Dialog title={t('banTitle', { name })} isOpen={isOpen} onClose={onClose}>
      <p>{t('banText')}</p>
      <div className={s['actions']}>
        <Button look="danger" isPending={isPending} onPress={onBan} data-testid="ban-confirm">
          {t('ban')}
        </Button>
        <Button onPress={onClose}>{t('cancel')}</Button>
      </div>
    </Dialog>
  );
}
