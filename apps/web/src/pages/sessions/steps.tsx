import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { actOn, type Booking } from '../../app/sessions.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Actions, Card, Stack } from '../../ui/layout.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { ownZone } from './when.tsx';

/** What may be done with a session that is not over. */
export function Steps({ session }: { session: Booking }): JSX.Element {
  const t = useTranslations('sessions');
  const sentence = useSentence();
  const format = useFormatter();
  const client = useQueryClient();
  const [cancels, setCancels] = useState(false);
  const [moves, setMoves] = useState(false);
  const { id, role, status } = session;
  const start = useMutation({
    mutationFn: () => actOn(id, 'start'),
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
  const isMentor = role === 'mentor';
  const isEarly = Date.parse(session.serverAt) < Date.parse(session.startFrom);
  const from = format.dateTime(new Date(session.startFrom), {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: ownZone(),
  });
  return (
    <Card>
      <Stack>
        {status === 'SCHEDULED' && (
          <p>
            {isMentor ? (isEarly ? t('startsFrom', { time: from }) : t('canStart')) : t('waitsForMentor')}
          </p>
        )}
        {status === 'IN_PROGRESS' && <p>{isMentor ? t('goesOnMentor') : t('goesOn')}</p>}
        {start.isError && <p role="alert">{sentence(start.error)}</p>}
        <Actions>
          {isMentor && status === 'SCHEDULED' && (
            <Button
              look="primary"
              isDisabled={isEarly}
              isPending={start.isPending}
              onPress={() => start.mutate()}
              data-testid="start-session"
            >
              {t('start')}
            </Button>
          )}
          {isMentor && status === 'IN_PROGRESS' && (
            <ButtonLink
              to="/dashboard/sessions/$sessionId/video"
              params={{ sessionId: id }}
              look="primary"
              data-testid="enter-session"
            >
              {t('enter')}
            </ButtonLink>
          )}
          {status === 'SCHEDULED' && (
            <Button onPress={() => setMoves(true)} data-testid="move-session">
              {t('move')}
            </Button>
          )}
          {status === 'SCHEDULED' && (
            <Button onPress={() => setCancels(true)} data-testid="cancel-session">
              {t('cancel')}
            </Button>
          )}
        </Actions>
      </Stack>
      {moves && <MoveDialog session={session} onClose={() => setMoves(false)} />}
      {cancels && <CancelDialog session={session} onClose={() => setCancels(false)} />}
    </Card>
  );
}

function CancelDialog({ session, onClose }: { session: Booking; onClose: () => void }): JSX.Element {
  const t = useTranslations('sessions');
  const sentence = useSentence();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const cancel = useMutation({
    mutationFn: () => actOn(session.id, 'cancel', reason.trim() === '' ? {} : { reason: reason.trim() }),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const { cancellation, price, startsAt, serverAt, role } = session;
  const freeUntil = Date.parse(startsAt) - cancellation.freeUntilHours * 3_600_000;
  const isFree = role === 'mentor' || price.kind !== 'fixed' || Date.parse(serverAt) <= freeUntil;
  return (
    <Dialog title={t('cancelTitle')} isOpen onClose={onClose}>
      <Form onSubmit={() => cancel.mutate()}>
        <Stack>
          <p>{isFree ? t('cancelFree') : t('cancelLate', { back: cancellation.thenBack })}</p>
          <Field
            label={t('reason')}
            value={reason}
            onChange={setReason}
            autoComplete="off"
            error={cancel.isError ? sentence(cancel.error) : null}
            testId="cancel-reason"
          />
          <Button type="submit" look="danger" wide isPending={cancel.isPending} data-testid="cancel-confirm">
            {t('cancel')}
          </Button>
        </Stack>
      </Form>
    </Dialog>
  );
}
