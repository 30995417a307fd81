import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { closeCredit, readAnew, reopenCredit, reversePayment } from '../../app/collections.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Stack } from '../../ui/layout.tsx';

/** What is to be done with a reason. */
export type Wish =
  | { readonly what: 'written_off' | 'cancelled' | 'reopen' }
  | { readonly what: 'takeBack'; readonly id: string };

const TITLES = {
  written_off: 'writeOff',
  cancelled: 'cancel',
  reopen: 'reopen',
  takeBack: 'takeBack',
} as const;

/** Asks why: it stands in the history of the credit for good. */
export function ReasonDialog(props: { wish: Wish; creditId: string; onClose: () => void }): JSX.Element {
  const t = useTranslations('lending');
  const sentence = useSentence();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const { wish, creditId, onClose } = props;
  const said = reason.trim();
  const carryOut = useMutation({
    mutationFn: async () => {
      if (wish.what === 'takeBack') return await reversePayment(wish.id, said);
      if (wish.what === 'reopen') return await reopenCredit(creditId, said);
      return await closeCredit(creditId, wish.what, said);
    },
    onSuccess: async () => {
      onClose();
      await readAnew(client);
    },
  });
  const error =
    isChecked && said === '' ? t('needReason') : carryOut.isError ? sentence(carryOut.error) : null;
  return (
    <Dialog title={t(TITLES[wish.what])} isOpen onClose={onClose}>
      <Form
        onSubmit={() => {
          setChecked(true);
          if (said !== '') carryOut.mutate();
        }}
      >
        <Stack>
          <Field
            label={t('reason')}
            value={reason}
            onChange={setReason}
            error={error}
            autoComplete="off"
            testId="reason"
          />
          <Button type="submit" look="primary" wide isPending={carryOut.isPending} data-testid="carry-out">
            {t(TITLES[wish.what])}
          </Button>
        </Stack>
      </Form>
    </Dialog>
  );
}
