import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Receipt } from '../../app/api.ts';
import { readMoneyAnew, refundCall, type RefundPart } from '../../app/cashier.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Stack } from '../../ui/layout.tsx';
import { useToast } from '../../ui/toast.tsx';
import { lastUnitsOf } from './refunds.ts';

/** What is asked for: coins, or units where some are written, with what these come to. */
function useAmount(receipt: Receipt) {
  const [coinsText, setCoins] = useState(String(receipt.coins));
  const [unitsText, setUnits] = useState('');
  const units = numberOf(unitsText);
  const last = units === 0 ? null : lastUnitsOf(receipt.lines, units);
  const coins = unitsText === '' ? numberOf(coinsText) : (last?.coins ?? 0);
  const part: RefundPart = unitsText === '' ? { coins } : { units };
  const isRight = coins >= 1 && coins <= receipt.coins;
  return { coinsText, setCoins, unitsText, setUnits, units, last, coins, part, isRight };
}

const numberOf = (text: string): number => (/^\d{1,12}$/.test(text.trim()) ? Number(text) : 0);

/** Gives coins of a call back: of what stands of what this payer paid. */
export function RefundDialog({ receipt, onClose }: { receipt: Receipt; onClose: () => void }): JSX.Element {
  const t = useTranslations('payouts');
  const sentence = useSentence();
  const client = useQueryClient();
  const toast = useToast();
  const amount = useAmount(receipt);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const key = useRef(crypto.randomUUID());
  const refund = useMutation({
    mutationFn: () =>
      refundCall(
        receipt.callId,
        { ...amount.part, payerId: receipt.payerId, reason: reason.trim() },
        key.current,
      ),
    onSuccess: async (done) => {
      onClose();
      toast({ text: t('refunded', { coins: done.coins }) });
      await readMoneyAnew(client);
    },
  });
  return (
    <Dialog title={t('refund')} isOpen onClose={onClose}>
      <Form
        onSubmit={() => {
          setChecked(true);
          if (amount.isRight && reason.trim() !== '') refund.mutate();
        }}
      >
        <Stack>
          <p className="muted">{t('refundText')}</p>
          <Amount receipt={receipt} amount={amount} isChecked={isChecked} />
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

function Amount(props: {
  receipt: Receipt;
  amount: ReturnType<typeof useAmount>;
  isChecked: boolean;
}): JSX.Element {
  const t = useTranslations('payouts');
  const { amount, isChecked } = props;
  const { units, last } = amount;
  const isByUnits = amount.unitsText !== '';
  const wrong = isChecked && !amount.isRight;
  return (
    <>
      <Field
        label={t('refundAmount', { coins: props.receipt.coins })}
        value={isByUnits ? String(amount.coins) : amount.coinsText}
        onChange={amount.setCoins}
        isReadOnly={isByUnits}
        inputMode="numeric"
        autoComplete="off"
        error={wrong && !isByUnits ? t('refundWrong', { coins: props.receipt.coins }) : null}
        testId="refund-coins"
      />
      <Field
        label={t('refundUnits')}
        value={amount.unitsText}
        onChange={amount.setUnits}
        inputMode="numeric"
        autoComplete="off"
        {...(last === null ? {} : { hint: t('refundUnitsAre', { units, ...last }) })}
        error={wrong && isByUnits ? t(last === null ? 'refundUnitsWrong' : 'refundUnitsFree') : null}
        testId="refund-units"
      />
    </>
  );
}
