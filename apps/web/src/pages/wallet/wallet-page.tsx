import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useRef, type JSX } from 'react';
import { useFormatter, useNow, useTranslations } from 'use-intl';
import { useMe, walletQuery, watches } from '../../app/api.ts';
import { packsQuery } from '../../app/cashier.ts';
import { lotsQuery, readPartsAnew, type Lot, type WalletSum } from '../../app/wallet.ts';
import { Card, Page } from '../../ui/layout.tsx';
import { Sum } from '../../ui/money.tsx';
import { Failure, LoadingPage } from '../../ui/states.tsx';
import { failureOf } from '../../app/asked.ts';
import { AskCard, GivesCard } from './get-coins.tsx';
import { TopUpForm, TopUpTold } from './top-up.tsx';
import { Statement } from './statement.tsx';
import s from './wallet.module.css';

/** What somebody has, how more comes, and what has moved it. */
export function WalletPage(): JSX.Element {
  const t = useTranslations('wallet');
  const me = useMe();
  const { topup, left } = useSearch({ from: '/wallet' });
  const wallet = useQuery({ ...walletQuery, refetchInterval: 15_000 });
  const lots = useQuery(lotsQuery);
  usePartsBeside(wallet.data);
  const failed = failureOf([wallet, lots]);
  if (failed) {
    return (
      <Page title={t('title')}>
        <Failure error={failed.error} onRetry={failed.again} />
      </Page>
    );
  }
  if (!me || !wallet.data || !lots.data) return <LoadingPage />;
  return (
    <Page name={t('title')}>
      {topup !== undefined && <TopUpTold id={topup} isLeft={left !== undefined} />}
      <div className={s['top']}>
        <WalletCard balance={wallet.data.balance} held={wallet.data.held} lots={lots.data} />
        <div className={s['ways']}>
          <TopUpCard />
          {watches(me) ? <GivesCard /> : <AskCard available={wallet.data.available} />}
        </div>
      </div>
      <Statement sum={{ balance: wallet.data.balance, readAt: wallet.dataUpdatedAt }} />
    </Page>
  );
}

/** The balance is asked for again and again: what it is made of and what moved it are read anew with it. */
function usePartsBeside(wallet: WalletSum | undefined): void {
  const client = useQueryClient();
  const last = useRef<WalletSum | undefined>(undefined);
  useEffect(() => {
    void readPartsAnew(client, last.current, wallet);
    last.current = wallet;
  }, [client, wallet]);
}

/** Where coins can be bought at all, that is the first way to get some. */
function TopUpCard(): JSX.Element | null {
  const t = useTranslations('topUp');
  const packs = useQuery(packsQuery).data;
  if (!packs?.provider || packs.items.length === 0) return null;
  return (
    <Card>
      <div className={s['form']}>
        <h2>{t('title')}</h2>
        <TopUpForm />
      </div>
    </Card>
  );
}

function WalletCard({
  balance,
  held,
  lots,
}: {
  balance: number;
  held: number;
  lots: readonly Lot[];
}): JSX.Element {
  const t = useTranslations('wallet');
  const now = useNow({ updateInterval: 60_000 });
  return (
    <Card>
      <div className={s['wallet']}>
        <div className={s['head']}>
          <h1>{t('title')}</h1>
          <Sum of={balance} testId="wallet-balance" />
        </div>
        {lots.length === 0 ? (
          <p className="muted">{t('empty')}</p>
        ) : (
          <>
            <div className={s['bar']} aria-hidden>
              {lots.map((lot) => (
                <span
                  key={lot.id}
                  data-kind={lot.kind}
                  data-soon={isSoon(lot, now)}
                  style={{ flexGrow: lot.left }}
                />
              ))}
            </div>
            <ul className={s['lots']}>
              {lots.map((lot) => (
                <LotLine key={lot.id} lot={lot} />
              ))}
            </ul>
          </>
        )}
        <p className="small muted">
          {lots.length > 1 && t('order')} {held === 0 ? t('nothingHeld') : t('held', { held })}
        </p>
      </div>
    </Card>
  );
}

const SOON_MS = 7 * 86_400_000;

const isSoon = ({ expiresAt }: Lot, now: Date): true | undefined =>
  (expiresAt !== null && Date.parse(expiresAt) - now.getTime() < SOON_MS) || undefined;

function LotLine({ lot }: { lot: Lot }): JSX.Element {
  const t = useTranslations('wallet');
  const format = useFormatter();
  const now = useNow({ updateInterval: 60_000 });
  const day = (at: string): string =>
    format.dateTime(new Date(at), { day: 'numeric', month: 'short', year: 'numeric' });
  const { expiresAt } = lot;
  const expiresSoon = isSoon(lot, now);
  return (
    <li className={s['lot']}>
      <span className={s['mark']} data-kind={lot.kind} data-soon={expiresSoon} aria-hidden />
      <span className={s['name']}>
        {t('kind', { kind: lot.kind })}
        <span className="small muted">{day(lot.createdAt)}</span>
      </span>
      <span className={s['left']}>{t('left', { left: lot.left, coins: lot.coins })}</span>
      <span className={`${s['expiry']} small`} data-soon={expiresSoon}>
        {expiresAt === null
          ? t('noExpiry')
          : expiresSoon
            ? t('expires', { when: format.relativeTime(new Date(expiresAt), now) })
            : t('expiresOn', { day: day(expiresAt) })}
      </span>
    </li>
  );
}
