import { minutePrice, minutesOf } from '@latido/react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { earningsQuery, earns, pays, plansQuery, walletQuery, type Me } from '../../app/api.ts';
import { Figures } from '../../ui/figures.tsx';
import { Card, Line, Lines, Page } from '../../ui/layout.tsx';
import { Coins } from '../../ui/money.tsx';
import { HeldLine } from './held-line.tsx';
import s from './prejoin.module.css';
import { DeviceChoice, Preview } from './preview.tsx';
import type { Devices } from './use-devices.ts';

/**
 * Price, balance and how long it lasts. Each line has its place before its figure is there: a page that moves under a
 * press loses it.
 */
export function PriceLines(): JSX.Element | null {
  const t = useTranslations('video');
  const plans = useQuery(plansQuery);
  const wallet = useQuery(walletQuery);
  const plan = plans.data?.items[0];
  const available = wallet.data?.available;
  const first = plan ? Math.ceil(minutePrice(plan)) : 0;
  const minutes = plan && available !== undefined ? minutesOf(available, plan) : null;
  return (
    <>
      <Card>
        <Lines>
          <Line name={t('price')} testId="price">
            {plan ? <Figures>{t('priceOf', { coins: minutePrice(plan) })}</Figures> : '–'}
          </Line>
          <Line name={t('balance')} testId="balance">
            {wallet.data ? <Coins of={wallet.data.balance} /> : '–'}
          </Line>
          <HeldLine wallet={wallet.data} />
          <Line name={t('enough')} testId="enough-for">
            {minutes === null ? (
              '–'
            ) : minutes === 0 ? (
              t('noMinutes')
            ) : (
              <>
                <span className="digits">{minutes}</span> min
              </>
            )}
          </Line>
        </Lines>
      </Card>
      {minutes === 0 && plan && (
        <p className={s['notice']}>
          {t('missing', { coins: first, missing: first - (available ?? 0) })}{' '}
          <Link to="/wallet" data-testid="get-coins">
            {t('getCoins')}
          </Link>
        </p>
      )}
    </>
  );
}

/** What has been earned so far. */
export function EarningLines(): JSX.Element | null {
  const t = useTranslations('video');
  const earnings = useQuery(earningsQuery);
  const earned = earnings.data?.balance;
  return (
    <Card>
      <Lines>
        <Line name={t('earned')} testId="earned">
          {earned === undefined ? '–' : <Coins of={earned} />}
        </Line>
      </Lines>
    </Card>
  );
}

/** Own preview at the start, what the call is and costs at the end, one button. */
export function Prejoin(props: {
  me: Me;
  devices: Devices;
  title: string;
  text: string;
  children: ReactNode;
}): JSX.Element {
  const t = useTranslations('video');
  const { me, devices } = props;
  return (
    <Page name={props.title}>
      <div className={s['grid']}>
        <Preview devices={devices} />
        <div className={`${s['form']} ${s['main']}`}>
          <div className={s['words']}>
            <h1>{props.title}</h1>
            <p>{props.text}</p>
          </div>
          {pays(me) ? <PriceLines /> : earns(me) ? <EarningLines /> : null}
          {props.children}
        </div>
        <div className={`${s['form']} ${s['under']}`}>
          <DeviceChoice devices={devices} />
          <Link to="/dashboard/connection-test" className={s['quiet'] ?? ''}>
            {t('test')}
          </Link>
        </div>
      </div>
    </Page>
  );
}
