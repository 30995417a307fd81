import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { readMoneyAnew, refundCall } from '../../app/cashier.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Stack } from '../../ui/layout.tsx';
import { useToast } from '../../ui/toast.tsx';

/** Gives coins of a call back; `coins` is what stands of what this payer paid. */
export function RefundDialog(props: {
  callId: string;
  payerId: string;
  coins: number;
  onClose: () => void;
}): JSX.Element {
  const t = useTranslations('payouts');
  const sentence = useSentence();
  const client = useQueryClient();
  const toast = useToast();
  const [text, setText] = useState(String(props.coins));
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const key = useRef(crypto.randomUUID());
  const coins = /^\d{1,12}$/.test(text.trim()) ? Number(text) : 0;
  const isRight = coins >= 1 && coins <= props.coins;
  const refund = useMutation({
    mutationFn: () =>
      refundCall(props.callId, { coins, payerId: props.payerId, reason: reason.trim() }, key.current),
    onSuccess: async (done) => {
      props.onClose();
      toast({ text: t('refunded', { coins: done.coins }) });
      await readMoneyAnew(client);
    },
  });
  return (
    <Dialog title={t('refund')} isOpen onClose={props.onClose}>
      <Form
        onSubmit={() => {
          setChecked(true);
          if (isRight && reason.trim() !== '') refund.mutate();
        }}
      >
        <Stack>
          <p className="muted">{t('refundText')}</p>
          <Field
            label={t('refundAmount', { coins: props.coins })}
            value={text}
            onChange={setText}
            inputMode="numeric"
            autoComplete="off"
            error={isChecked && !isRight ? t('refundWrong', { coins: props.coins }) : null}
            testId="refund-coins"
          />
          <Field
            label={t('reason')}
            value={reason}
            onChange={setReason}
            autoComplete="off"
            error={isChecked && reason.trim() === '' ? t('needReason') : null}
            testId="refund-reason"
          />
          {refund.isError && <p role="alert">{sentence(refund.error)}</p>}
          <Button type="submit" look="primary" wide isPending={refund.isPending} data-testid="carry-out">
            {t('refund')}
          </Button>
        </Stack>
      </Form>
    </Dialog>
  );
}
