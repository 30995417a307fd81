import { minutePrice, minutesOf } from '@latido/react';
import type { Packs, TopUp } from '@latido/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type JSX } from 'react';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { useLocale, useTranslations } from 'use-intl';
import { amountText } from '../../app/amounts.ts';
import { plansQuery } from '../../app/api.ts';
import { buy, packsQuery, readMoneyAnew, topUpQuery } from '../../app/cashier.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button, ButtonAnchor, ButtonLink } from '../../ui/button.tsx';
import { Actions, Stack } from '../../ui/layout.tsx';
import { Failure, Loading } from '../../ui/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import { nextOf, toldOf } from './told.ts';
import s from './top-up.module.css';

type Pack = Packs['items'][number];

/** Buys a pack; with `onBought`, which is told once the coins are there, the page is not left for it. */
export function TopUpForm({ onBought }: { onBought?: () => void }): JSX.Element {
  const t = useTranslations('topUp');
  const packs = useQuery(packsQuery);
  if (packs.isPending) return <Loading />;
  if (packs.isLoadingError) return <Failure error={packs.error} onRetry={() => void packs.refetch()} />;
  const { items, provider } = packs.data;
  if (provider === null || items.length === 0) return <p className="muted">{t('none')}</p>;
  return <Choice packs={items} provider={provider} onBought={onBought} />;
}

function Choice(props: {
  packs: readonly Pack[];
  provider: NonNullable<Packs['provider']>;
  onBought: (() => void) | undefined;
}): JSX.Element {
  const t = useTranslations('topUp');
  const sentence = useSentence();
  const locale = useLocale();
  const money = ({ amount, currency }: Pack): string => amountText(locale, amount, currency);
  const { packs, provider } = props;
  const [packId, setPackId] = useState(packs[Math.min(1, packs.length - 1)]?.id ?? '');
  const pack = packs.find(({ id }) => id === packId) ?? packs[0];
  const { beside, paid, again, ...buying } = useBuying(props.onBought);
  if (beside) return <PaidBeside topUp={beside} onPaid={paid} onAgain={again} />;
  if (!pack) return <p className="muted">{t('none')}</p>;
  return (
    <Stack>
      <RadioGroup className={s['packs'] ?? ''} aria-label={t('packs')} value={pack.id} onChange={setPackId}>
        {packs.map((one) => (
          <Radio key={one.id} value={one.id} className={s['pack'] ?? ''} data-testid={`pack-${one.id}`}>
            <span className={s['dot']} aria-hidden />
            <PackName pack={one} />
            <span className={`${s['price']} digits`}>{money(one)}</span>
          </Radio>
        ))}
      </RadioGroup>
      {buying.isError && (
        <p className={s['failure']} role="alert">
          {sentence(buying.error)}
        </p>
      )}
      <Button
        look="primary"
        wide
        isPending={buying.isPending}
        onPress={() => buying.mutate(pack.id)}
        data-testid="pay-pack"
      >
        {t('pay', { amount: money(pack) })}
      </Button>
      <p className="small muted">{t(provider)}</p>
    </Stack>
  );
}

function PackName({ pack }: { pack: Pack }): JSX.Element {
  const t = useTranslations('topUp');
  const [plan] = useQuery(plansQuery).data?.items ?? [];
  const coins = pack.coins + pack.bonus;
  const minutes = plan ? minutesOf(coins, plan) : null;
  return (
    <span className={s['name']}>
      <strong>{t(pack.bonus > 0 ? 'withBonus' : 'coins', { coins: pack.coins, bonus: pack.bonus })}</strong>
      {plan && minutes !== null && (
        <span className="small muted">{t('minutes', { minutes, price: minutePrice(plan) })}</span>
      )}
    </span>
  );
}

/** One key for each purchase, so that a press that is repeated buys once. */
function useBuying(onBought?: () => void) {
  const t = useTranslations('topUp');
  const client = useQueryClient();
  const toast = useToast();
  const key = useRef(crypto.randomUUID());
  const paid = async (topUp: TopUp): Promise<void> => {
    key.current = crypto.randomUUID();
    await readMoneyAnew(client);
    toast({ text: t('came', { coins: topUp.coins + topUp.bonus }) });
    onBought?.();
  };
  const told = async (topUp: TopUp): Promise<void> => {
    // What has ended is not bought by its key any more.
    if (topUp.status !== 'pending') key.current = crypto.randomUUID();
    await readMoneyAnew(client);
    toast({ text: t('told', { status: topUp.status, coins: topUp.coins + topUp.bonus }) });
  };
  const { mutate, reset, data, error, isError, isPending } = useMutation({
    mutationFn: (packId: string) => buy(packId, `${packId}:${key.current}`),
    async onSuccess(topUp: TopUp) {
      const next = nextOf(topUp);
      if (next === 'came') await paid(topUp);
      else if (next === 'told') await told(topUp);
      else if (!onBought && topUp.url !== undefined) window.location.assign(topUp.url);
    },
  });
  const again = (): void => {
    key.current = crypto.randomUUID();
    reset();
  };
  const beside = onBought && data?.status === 'pending' && data.url !== undefined ? data : null;
  return { mutate, error, isError, isPending, beside, paid, again };
}

/** A payment at a provider's page while this one goes on: what a call must not be left for is paid in another tab. */
function PaidBeside(props: {
  topUp: TopUp;
  onPaid: (topUp: TopUp) => Promise<void>;
  onAgain: () => void;
}): JSX.Element {
  const t = useTranslations('topUp');
  const { topUp, onPaid } = props;
  const known = useQuery(topUpQuery(topUp.id)).data;
  const status = known?.status ?? 'pending';
  useEffect(() => {
    if (status === 'paid') void onPaid(topUp);
    // What is done then is this render's own; it is done once.
  }, [status]);
  return (
    <Stack>
      <p className={s['told']} role="status" data-status={status} data-testid="topup-told">
        {t(status === 'pending' ? 'beside' : 'told', { status, coins: topUp.coins + topUp.bonus })}
      </p>
      {status === 'pending' && (
        <ButtonAnchor
          href={topUp.url}
          target="_blank"
          rel="noopener"
          look="primary"
          wide
          data-testid="pay-beside"
        >
          {t('payBeside')}
        </ButtonAnchor>
      )}
      <Button look="quiet" onPress={props.onAgain} data-testid="choose-again">
        {t('again')}
      </Button>
    </Stack>
  );
}

/** What became of a payment at a provider's page, for who comes back from it. */
export function TopUpTold({ id, isLeft }: { id: string; isLeft: boolean }): JSX.Element | null {
  const t = useTranslations('topUp');
  const client = useQueryClient();
  const topUp = useQuery(topUpQuery(id)).data;
  const status = topUp?.status;
  useEffect(() => {
    if (status !== undefined && status !== 'pending') void readMoneyAnew(client);
  }, [status, client]);
  if (!topUp) return null;
  const told = toldOf(topUp, isLeft);
  return (
    <Stack>
      <p className={s['told']} role="status" data-status={told} data-testid="topup-told">
        {t('told', { status: told, coins: topUp.coins + topUp.bonus })}
      </p>
      {told === 'left' && (
        <Actions>
          {topUp.url !== undefined && (
            <ButtonAnchor href={topUp.url} look="primary" data-testid="pay-on">
              {t('payBeside')}
            </ButtonAnchor>
          )}
          <ButtonLink to="/wallet">{t('again')}</ButtonLink>
        </Actions>
      )}
    </Stack>
  );
}
