import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState, type JSX } from 'react';
import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { amountInField, amountText, readAmount } from '../../app/amounts.ts';
import { afterQuery, creditQuery, type Credit } from '../../app/collections.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import s from './collect.module.css';
import { dayAt, numberOf, todayHere } from './numbers.ts';
import { usePay } from './use-pay.ts';

interface PaySheetProps {
  readonly credit: Credit;
  readonly onClose: () => void;
}

const METHODS = ['cash', 'transfer', 'card'] as const;

/** A payment in two taps: what is due stands in the field already. */
export function PaySheet({ credit, onClose }: PaySheetProps): JSX.Element {
  const t = useTranslations('collect');
  const locale = useLocale();
  const { currency } = credit;
  const due = credit.attention?.amountDue ?? credit.balance;
  const today = todayHere();
  const [typed, setTyped] = useState(amountInField(locale, Math.max(due, 0), currency));
  const [method, setMethod] = useState<string>('cash');
  const [day, setDay] = useState(today);
  const [isChecked, setChecked] = useState(false);
  const [isSending, setSending] = useState(false);
  const pay = usePay(credit);
  const amount = readAmount(typed, currency);
  const isFuture = day > today || day === '';
  const submit = (): void => {
    setChecked(true);
    if (amount === null || isFuture || isSending) return;
    setSending(true);
    const paidAt = day === today ? new Date().toISOString() : day;
    void pay({ amount, paidAt, method });
    onClose();
  };
  return (
    <Dialog title={t('pay')} isOpen onClose={onClose}>
      <Form className={s['sheet']} onSubmit={submit}>
        <p className="muted">{t('creditOf', { name: credit.debtor.name, number: numberOf(credit) })}</p>
        <div className={s['amountField']}>
          <Field
            label={`${t('amount')} (${currency})`}
            value={typed}
            onChange={setTyped}
            inputMode="decimal"
            autoComplete="off"
            error={
              isChecked && amount === null
                ? t('badAmount', { example: amountInField(locale, 12_000, currency) })
                : null
            }
            testId="pay-amount"
          />
        </div>
        <AtHand
          credit={credit}
          due={due}
          chosen={amount}
          onChoose={(minor) => setTyped(amountInField(locale, minor, currency))}
        />
        <How method={method} onChange={setMethod} />
        <Field
          label={t('date')}
          type="date"
          value={day}
          onChange={setDay}
          error={isChecked && isFuture ? t('future') : null}
          testId="pay-date"
        />
        <After credit={credit} amount={amount} />
        <Button type="submit" look="primary" wide data-testid="record-payment">
          {t('record', { amount: amount === null ? '' : amountText(locale, amount, currency) })}
        </Button>
      </Form>
    </Dialog>
  );
}

function How({ method, onChange }: { method: string; onChange: (method: string) => void }): JSX.Element {
  const t = useTranslations('collect');
  return (
    <RadioGroup className={s['how'] ?? ''} value={method} onChange={onChange}>
      <Label className={s['label'] ?? ''}>{t('how')}</Label>
      <div className={s['segments']}>
        {METHODS.map((id) => (
          <Radio key={id} value={id} className={s['segment'] ?? ''} data-testid={`method-${id}`}>
            {t('method', { method: id })}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

/** Amounts that are likely: one installment, what is due, everything. */
function AtHand(props: {
  credit: Credit;
  due: number;
  chosen: number | null;
  onChoose: (minor: number) => void;
}): JSX.Element | null {
  const t = useTranslations('collect');
  const { credit, due, chosen, onChoose } = props;
  const shown = useQuery(creditQuery(credit.id));
  const part = shown.data?.installments.find(({ unpaid }) => unpaid > 0)?.unpaid;
  const choices = [
    { key: 'onePart', minor: part ?? 0 },
    { key: 'whatIsDue', minor: due },
    { key: 'everything', minor: credit.balance },
  ] as const;
  const offered = choices.filter(
    ({ minor }, at) => minor > 0 && choices.findLastIndex((other) => other.minor === minor) === at,
  );
  if (offered.length < 2) return null;
  return (
    <div className={s['atHand']} role="group" aria-label={t('choices')}>
      {offered.map(({ key, minor }) => (
        <button
          key={key}
          type="button"
          className={s['choice']}
          aria-pressed={minor === chosen}
          onClick={() => onChoose(minor)}
        >
          <Amount of={minor} currency={credit.currency} />
          <span className="small">{t(key)}</span>
        </button>
      ))}
    </div>
  );
}

/** What the payment does, in one sentence; the server's word. */
function After({ credit, amount }: { credit: Credit; amount: number | null }): JSX.Element | null {
  const t = useTranslations('collect');
  const locale = useLocale();
  const format = useFormatter();
  const { data } = useQuery(afterQuery(credit.id, useDeferredValue(amount)));
  if (!data || amount === null) return null;
  const { balance, attention, next } = data;
  const money = (minor: number): string => amountText(locale, minor, credit.currency);
  const day = (on: string): string => format.dateTime(dayAt(on), { day: 'numeric', month: 'short' });
  const sentence =
    balance < 0
      ? t('afterOver', { over: money(-balance) })
      : balance === 0 || !next
        ? t('afterPaid')
        : attention?.reason === 'overdue'
          ? t('afterStill', { amount: money(attention.amountDue) })
          : t('afterUpToDate', { day: day(next.dueOn), amount: money(next.amount) });
  return (
    <p className={s['after']} role="status" aria-label={t('after')} data-testid="after-payment">
      {sentence}
    </p>
  );
}
