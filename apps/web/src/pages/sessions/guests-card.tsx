import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { guestAccessQuery, guestLinkOf, letGuests } from '../../app/guests.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Actions, Card, Stack } from '../../ui/layout.tsx';
import { useToast } from '../../ui/toast.tsx';

/** Whether people without an account may come, and the link that they come by: for the mentor, while it may be changed. */
export function GuestsCard({ sessionId }: { sessionId: string }): JSX.Element | null {
  const t = useTranslations('sessions');
  const sentence = useSentence();
  const client = useQueryClient();
  const { queryKey } = guestAccessQuery(sessionId);
  const access = useQuery(guestAccessQuery(sessionId));
  const change = useMutation({
    mutationFn: (to: { isOn: boolean; renew?: boolean }) => letGuests(sessionId, to),
    onSuccess: (now) => client.setQueryData(queryKey, now),
  });
  if (!access.data?.mayChange) return null;
  const { link } = access.data;
  return (
    <Card testId="guests">
      <Stack>
        <h2>{t('guests')}</h2>
        <p className="muted">{t('guestsText')}</p>
        {link === null ? (
          <Actions>
            <Button
              onPress={() => change.mutate({ isOn: true })}
              isPending={change.isPending}
              data-testid="let-guests"
            >
              {t('letGuests')}
            </Button>
          </Actions>
        ) : (
          <Link
            link={guestLinkOf(link)}
            isPending={change.isPending}
            onRenew={() => change.mutate({ isOn: true, renew: true })}
            onEnd={() => change.mutate({ isOn: false })}
          />
        )}
        {change.isError && <p role="alert">{sentence(change.error)}</p>}
      </Stack>
    </Card>
  );
}

function Link(props: {
  link: string;
  isPending: boolean;
  onRenew: () => void;
  onEnd: () => void;
}): JSX.Element {
  const t = useTranslations('sessions');
  const toast = useToast();
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(props.link).then(
      () => toast({ text: t('guestCopied') }),
      () => undefined, // without permission the link stands there to be copied by hand
    );
  };
  return (
    <>
      <Field
        label={t('guestLink')}
        value={props.link}
        onChange={() => undefined}
        isReadOnly
        testId="guest-link"
      />
      <Actions>
        <Button look="primary" onPress={() => void copy()} data-testid="copy-guest-link">
          {t('guestCopy')}
        </Button>
        <Button onPress={props.onRenew} isPending={props.isPending} data-testid="renew-guest-link">
          {t('guestRenew')}
        </Button>
        <Button onPress={props.onEnd} isPending={props.isPending} data-testid="end-guests">
          {t('guestEnd')}
        </Button>
      </Actions>
    </>
  );
}
