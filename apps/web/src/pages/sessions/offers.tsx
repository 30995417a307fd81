import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api } from '../../app/api.ts';
import { mentorQuery, type Offering } from '../../app/sessions.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Form } from '../../ui/form.tsx';
import { Card, Stack } from '../../ui/layout.tsx';
import { Cell, Row, Rows } from '../../ui/rows.tsx';
import { useToast } from '../../ui/toast.tsx';
import { usePriceWords } from './when.tsx';

const KINDS = ['free', 'fixed', 'per_minute'] as const;
const LENGTHS = ['15', '30', '45', '60', '90', '120'] as const;

/** What a mentor offers, and a new offer. */
export function Offers({ personId }: { personId: string }): JSX.Element {
  const t = useTranslations('sessions');
  const sentence = useSentence();
  const toast = useToast();
  const priceWords = usePriceWords();
  const client = useQueryClient();
  // Who has set nothing yet is no mentor to others, and simply has no offers here.
  const offerings = useQuery({ ...mentorQuery(personId), retry: false }).data?.offerings ?? [];
  const onSettled = () => client.invalidateQueries({ queryKey: ['sessions'] });
  const offerAgain = useMutation({
    mutationFn: ({ title, minutes, seats, price, cancellation }: Offering) =>
      api.send('POST', '/api/v1/offerings', { title, minutes, seats, price, cancellation }),
    onSettled,
  });
  const withdraw = useMutation({
    mutationFn: ({ id }: Offering) => api.send('DELETE', `/api/v1/offerings/${encodeURIComponent(id)}`),
    onSuccess: (_, offering) =>
      toast({
        text: t('withdrawn', { title: offering.title }),
        shownMs: 10_000,
        action: { label: t('undo'), onPress: () => offerAgain.mutate(offering) },
      }),
    onSettled,
  });
  const failure = withdraw.error ?? offerAgain.error;
  return (
    <Card>
      <Stack>
        <h2>{t('offers')}</h2>
        {offerings.length === 0 && <p className="muted">{t('noOwnOffers')}</p>}
        {offerings.length > 0 && (
          <Rows label={t('offers')}>
            {offerings.map((offering) => (
              <Row key={offering.id} testId="offer-row">
                <Cell part="main">
                  {offering.title}
                  <span className="small muted">
                    {t('minutes', { minutes: offering.minutes })} · {priceWords(offering.price)}
                  </span>
                </Cell>
                <Cell part="state">
                  <Button
                    onPress={() => withdraw.mutate(offering)}
                    aria-label={t('withdrawWhat', { title: offering.title })}
                    data-testid="withdraw-offer"
                  >
                    {t('withdraw')}
                  </Button>
                </Cell>
              </Row>
            ))}
          </Rows>
        )}
        {failure && <p role="alert">{sentence(failure)}</p>}
        <NewOffer />
      </Stack>
    </Card>
  );
}

function NewOffer(): JSX.Element {
  const t = useTranslations('sessions');
  const sentence = useSentence();
  const client = useQueryClient();
  const [title, setTitle] = useState('');
  const [minutes, setMinutes] = useState('45');
  const [seats, setSeats] = useState('1');
  const [kind, setKind] = useState<(typeof KINDS)[number]>('free');
  const [coins, setCoins] = useState('');
  const [isChecked, setChecked] = useState(false);
  const price = kind === 'fixed' ? { kind, coins: Number(coins) } : { kind };
  const isWrong = kind === 'fixed' && !/^[1-9]\d{0,8}$/.test(coins);
  const make = useMutation({
    mutationFn: () =>
      api.send<Offering>('POST', '/api/v1/offerings', {
        title: title.trim(),
        minutes: Number(minutes),
        seats: Number(seats),
        price,
      }),
    onSuccess: async () => {
      setTitle('');
      setChecked(false);
      await client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const submit = (): void => {
    setChecked(true);
    if (title.trim() !== '' && !isWrong) make.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <Stack>
        <h3>{t('newOffer')}</h3>
        <Field
          label={t('offerTitle')}
          value={title}
          onChange={setTitle}
          autoComplete="off"
          error={isChecked && title.trim() === '' ? t('needTitle') : null}
          testId="offer-title"
        />
        <Select
          label={t('length')}
          value={minutes}
          onChange={setMinutes}
          options={LENGTHS.map((id) => ({ id, label: t('minutes', { minutes: Number(id) }) }))}
        />
        <Priced
          kind={kind}
          coins={coins}
          seats={seats}
          error={isChecked && isWrong ? t('needCoins') : null}
          onKind={setKind}
          onCoins={setCoins}
          onSeats={setSeats}
        />
        {make.isError && <p role="alert">{sentence(make.error)}</p>}
        <Button type="submit" isPending={make.isPending} data-testid="make-offer">
          {t('offer')}
        </Button>
      </Stack>
    </Form>
  );
}

const SEATS = ['1', '2', '3', '5', '10', '30'] as const;

/** How it is paid, and for how many. */
function Priced(props: {
  kind: (typeof KINDS)[number];
  coins: string;
  seats: string;
  error: string | null;
  onKind: (kind: (typeof KINDS)[number]) => void;
  onCoins: (coins: string) => void;
  onSeats: (seats: string) => void;
}): JSX.Element {
  const t = useTranslations('sessions');
  const { kind } = props;
  return (
    <>
      <Select
        label={t('priceKind')}
        value={kind}
        onChange={(id) => props.onKind(id as typeof kind)}
        options={KINDS.map((id) => ({ id, label: t('kind', { kind: id }) }))}
        testId="offer-kind"
      />
      {kind === 'fixed' && (
        <Field
          label={t('coinsEach')}
          value={props.coins}
          onChange={props.onCoins}
          inputMode="numeric"
          autoComplete="off"
          error={props.error}
          testId="offer-coins"
        />
      )}
      <Select
        label={t('seats')}
        value={props.seats}
        onChange={props.onSeats}
        options={SEATS.map((id) => ({ id, label: id }))}
        testId="offer-seats"
      />
    </>
  );
}
