import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent, type JSX } from 'react';
import { useFormatter, useNow, useTranslations } from 'use-intl';
import { giveCoins, type PersonShown } from '../../app/people.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Card } from '../../ui/layout.tsx';
import { useToast } from '../../ui/toast.tsx';
import { giftOf, type GiftForm, type GiftOnce } from './gift-once.ts';
import s from './people.module.css';

const KINDS = ['gift', 'bonus', 'purchased'] as const;
const DAYS = [7, 30, 90, 365] as const;
const COINS_MOST = 1_000_000_000;

/** The whole number that a field says; null when it says none that can be given. */
export function amountOf(text: string): number | null {
  const amount = /^\d{1,10}$/.test(text.trim()) ? Number(text) : 0;
  return amount >= 1 && amount <= COINS_MOST ? amount : null;
}

/** Gives coins, with the reason that stands in the statement. */
export function GiveCard({ person }: { person: PersonShown }): JSX.Element {
  const t = useTranslations('people');
  const format = useFormatter();
  const now = useNow({ updateInterval: 60_000 });
  return (
    <Card>
      <div className={s['form']}>
        <div className={s['head']}>
          <h2>{t('coins')}</h2>
          {person.balance !== null && (
            <span className={s['figure']} data-testid="person-balance">
              {person.balance}
            </span>
          )}
        </div>
        {person.balance === null && <p className="muted">{t('noWallet')}</p>}
        {person.asksSince !== null && (
          <p className={s['asks']}>
            {t('asksSince', { when: format.relativeTime(new Date(person.asksSince), now) })}{' '}
            {person.asksFor && <q>{person.asksFor}</q>}
          </p>
        )}
        <GiveForm person={person} />
      </div>
    </Card>
  );
}

/** What the form says; one key for each gift, so that a press that is repeated gives once. */
function useGiving(person: PersonShown, onGiven: () => void) {
  const t = useTranslations('people');
  const client = useQueryClient();
  const toast = useToast();
  const last = useRef<GiftOnce | null>(null);
  return useMutation({
    mutationFn: (form: GiftForm) => {
      last.current = giftOf(last.current, form, { atMs: Date.now(), key: crypto.randomUUID() });
      return giveCoins(person.personId, last.current.gift, last.current.key);
    },
    onSuccess(given) {
      last.current = null;
      toast({ text: t('given', { coins: given.coins, name: person.name }) });
      onGiven();
    },
    // Also where no answer came: the balance then says whether the coins did.
    onSettled: () => client.invalidateQueries(),
  });
}

function GiveForm({ person }: { person: PersonShown }): JSX.Element {
  const t = useTranslations('people');
  const sentence = useSentence();
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const [kind, setKind] = useState<string>('gift');
  const [days, setDays] = useState('');
  const [tried, setTried] = useState(false);
  const giving = useGiving(person, () => {
    setAmount('');
    setReason('');
    setTried(false);
  });
  const coins = amountOf(amount);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    const memo = reason.trim();
    if (coins === null || memo === '' || giving.isPending) return;
    giving.mutate({ coins, memo, kind: KINDS.find((one) => one === kind) ?? 'gift', days });
  };
  return (
    <form className={s['form']} onSubmit={submit} noValidate>
      <div className={s['two']}>
        <Field
          label={t('amount')}
          value={amount}
          onChange={setAmount}
          autoComplete="off"
          error={tried && coins === null ? t('needAmount') : null}
          testId="give-amount"
        />
        <HowGiven kind={kind} onKind={setKind} days={days} onDays={setDays} />
      </div>
      <Field
        label={t('reason')}
        hint={t('reasonHint')}
        value={reason}
        onChange={setReason}
        autoComplete="off"
        error={tried && reason.trim() === '' ? t('needReason') : null}
        testId="give-reason"
      />
      {giving.isError && (
        <p className={s['failure']} role="alert">
          {sentence(giving.error)}
        </p>
      )}
      <Button type="submit" look="primary" isPending={giving.isPending} data-testid="give-coins">
        {coins === null ? t('give') : t('giveCoins', { coins })}
      </Button>
    </form>
  );
}

function HowGiven(props: {
  kind: string;
  onKind: (kind: string) => void;
  days: string;
  onDays: (days: string) => void;
}): JSX.Element {
  const t = useTranslations('people');
  return (
    <>
      <Select
        label={t('kind')}
        value={props.kind}
        onChange={props.onKind}
        options={KINDS.map((id) => ({ id, label: t(id) }))}
      />
      <Select
        label={t('expires')}
        value={props.days}
        onChange={props.onDays}
        options={[
          { id: '', label: t('never') },
          ...DAYS.map((of) => ({ id: String(of), label: t('inDays', { days: of }) })),
        ]}
      />
    </>
  );
}
