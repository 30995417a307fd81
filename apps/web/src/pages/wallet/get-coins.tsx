import { minutePrice, minutesOf } from '@latido/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent, type JSX } from 'react';
import { useFormatter, useNow, useTranslations } from 'use-intl';
import { plansQuery } from '../../app/api.ts';
import { useSentence } from '../../app/sentence.ts';
import { askForCoins, coinRequestQuery } from '../../app/wallet.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Card } from '../../ui/layout.tsx';
import s from './wallet.module.css';

/** How more coins come: one asks, somebody who looks after people gives. */
export function AskCard({ available }: { available: number }): JSX.Element {
  const t = useTranslations('wallet');
  const format = useFormatter();
  const now = useNow({ updateInterval: 30_000 });
  const asked = useQuery(coinRequestQuery);
  const [request] = asked.data?.items ?? [];
  useArrival(request !== undefined);
  return (
    <Card>
      <div className={s['form']}>
        <h2>{t('getTitle')}</h2>
        <Enough available={available} />
        {request ? (
          <div className={s['asked']} role="status" data-testid="coins-asked">
            <strong>{t('asked', { when: format.relativeTime(new Date(request.askedAt), now) })}</strong>
            {request.memo && <q>{request.memo}</q>}
            <p className="small">{t('askedText')}</p>
          </div>
        ) : (
          <AskForm />
        )}
      </div>
    </Card>
  );
}

/** A request that is gone was answered: the coins are there. */
function useArrival(isAsking: boolean): void {
  const client = useQueryClient();
  const was = useRef(false);
  useEffect(() => {
    if (was.current && !isAsking) void client.invalidateQueries({ queryKey: ['wallet'] });
    was.current = isAsking;
  }, [isAsking, client]);
}

function Enough({ available }: { available: number }): JSX.Element | null {
  const t = useTranslations();
  const plans = useQuery(plansQuery);
  const plan = plans.data?.items[0];
  if (!plan) return null;
  const price = t('video.priceOf', { coins: minutePrice(plan) });
  const minutes = minutesOf(available, plan);
  return (
    <p>
      {minutes === 0
        ? t('wallet.enoughNot', { price })
        : t('wallet.enough', { coins: available, minutes, price })}
    </p>
  );
}

function AskForm(): JSX.Element {
  const t = useTranslations('wallet');
  const sentence = useSentence();
  const client = useQueryClient();
  const [words, setWords] = useState('');
  const ask = useMutation({
    mutationFn: () => askForCoins(words.trim()),
    onSuccess: () => client.invalidateQueries({ queryKey: coinRequestQuery.queryKey }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <form className={s['form']} onSubmit={submit}>
      <p className="muted">{t('getText')}</p>
      <Field label={t('words')} value={words} onChange={setWords} autoComplete="off" testId="ask-words" />
      {ask.isError && (
        <p className={s['failure']} role="alert">
          {sentence(ask.error)}
        </p>
      )}
      <Button type="submit" look="primary" wide isPending={ask.isPending} data-testid="ask-coins">
        {t('ask')}
      </Button>
    </form>
  );
}

/** Who gives coins to others need not ask. */
export function GivesCard(): JSX.Element {
  const t = useTranslations('wallet');
  return (
    <Card>
      <div className={s['form']}>
        <h2>{t('givesTitle')}</h2>
        <p className="muted">{t('givesText')}</p>
        <ButtonLink to="/admin/people" look="primary">
          {t('people')}
        </ButtonLink>
      </div>
    </Card>
  );
}
