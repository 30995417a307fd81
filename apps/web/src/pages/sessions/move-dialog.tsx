import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useSentence } from '../../app/sentence.ts';
import { actOn, type Booking } from '../../app/sessions.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Form } from '../../ui/form.tsx';
import { Stack } from '../../ui/layout.tsx';
import { SlotPicker, type ChosenSlot } from './slot-picker.tsx';
import { When } from './when.tsx';

/** Another time for a session, out of the free ones; people, seats and coins stay. */
export function MoveDialog({ session, onClose }: { session: Booking; onClose: () => void }): JSX.Element {
  const t = useTranslations('sessions');
  return (
    <Dialog title={t('move')} isOpen onClose={onClose}>
      <SlotPicker
        mentorId={session.mentor.personId}
        offeringId={session.offeringId}
        above={<p className="muted">{t('moveText')}</p>}
      >
        {(slot) => <MoveForm id={session.id} slot={slot} onDone={onClose} />}
      </SlotPicker>
    </Dialog>
  );
}

function MoveForm(props: { id: string; slot: ChosenSlot | null; onDone: () => void }): JSX.Element {
  const t = useTranslations('sessions');
  const sentence = useSentence();
  const client = useQueryClient();
  const { id, slot } = props;
  const move = useMutation({
    mutationFn: (startsAt: string) => actOn(id, 'reschedule', { startsAt }),
    onSuccess: props.onDone,
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
  return (
    <Form onSubmit={() => slot && move.mutate(slot.startsAt)}>
      <Stack>
        <p role="status" aria-live="polite">
          {slot ? <When of={slot} /> : t('chooseTime')}
        </p>
        {move.isError && <p role="alert">{sentence(move.error)}</p>}
        <Button
          type="submit"
          look="primary"
          wide
          isDisabled={!slot}
          isPending={move.isPending}
          data-testid="move-confirm"
        >
          {t('move')}
        </Button>
      </Stack>
    </Form>
  );
}
