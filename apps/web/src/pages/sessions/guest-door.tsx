import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { actOn, placeQuery, type Booking, type LobbyPlace } from '../../app/sessions.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Actions, Card, Stack } from '../../ui/layout.tsx';

/** The lobby as who waits sees it. Being here is waiting; the page says each change of place once, and counts nothing by itself. */
export function GuestDoor({ session }: { session: Booking }): JSX.Element {
  const t = useTranslations('sessions');
  const sentence = useSentence();
  const client = useQueryClient();
  const [entryId, setEntryId] = useState<string | null>(null);
  const ask = useMutation({
    mutationFn: () => actOn<LobbyPlace>(session.id, 'lobby'),
    onSuccess: (place) => {
      setEntryId(place.entryId);
      client.setQueryData(placeQuery(session.id, place.entryId).queryKey, place);
    },
  });
  const query = placeQuery(session.id, entryId ?? '');
  const place = useQuery({ ...query, enabled: entryId !== null }).data;
  const waits = place?.state === 'waiting' || place?.state === 'away';
  return (
    <Card testId="door">
      <Stack>
        <h2>{t('lobby')}</h2>
        <div role="status" aria-live="polite">
          <p data-testid="door-state" data-state={place?.state ?? 'none'}>
            {place ? t('door', { state: place.state, position: place.position ?? 0 }) : t('doorText')}
          </p>
          {place?.sentence != null && <p>{t('hostSays', { sentence: place.sentence })}</p>}
          {waits && session.status === 'SCHEDULED' && (
            <p className="muted">{t('hostIsTold', { name: session.mentor.name })}</p>
          )}
        </div>
        {ask.isError && <p role="alert">{sentence(ask.error)}</p>}
        <Actions>
          {!waits && place?.state !== 'admitted' && (
            <Button
              look="primary"
              isPending={ask.isPending}
              onPress={() => ask.mutate()}
              data-testid="ask-in"
            >
              {t('ask')}
            </Button>
          )}
          {place?.state === 'admitted' && (
            <ButtonLink
              to="/dashboard/sessions/$sessionId/video"
              params={{ sessionId: session.id }}
              look="primary"
              data-testid="enter-session"
            >
              {t('enter')}
            </ButtonLink>
          )}
        </Actions>
      </Stack>
    </Card>
  );
}
