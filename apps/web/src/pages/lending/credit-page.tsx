import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { amountText } from '../../app/amounts.ts';
import { useMe, watches } from '../../app/api.ts';
import { creditQuery, useLiveCollections, type CreditShown } from '../../app/collections.ts';
import { Amount } from '../../ui/amount.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, Line, Lines, Page, Stack } from '../../ui/layout.tsx';
import { Failure, LoadingPage } from '../../ui/states.tsx';
import { Days } from '../collect/due-row.tsx';
import { dayAt, numberOf } from '../collect/numbers.ts';
import { PaySheet } from '../collect/pay-sheet.tsx';
import { WaitingLine } from '../collect/waiting-line.tsx';
import { ReasonDialog, type Wish } from './reason-dialog.tsx';
import s from './lending.module.css';

/** One credit: what is owed, its installments, and everything that happened to it, by whom. */
export function CreditPage(): JSX.Element {
  const t = useTranslations('lending');
  const { creditId } = useParams({ from: '/credits/$creditId' });
  const credit = useQuery(creditQuery(creditId));
  useLiveCollections();
  if (credit.isPending) return <LoadingPage />;
  if (credit.isError && !credit.data) {
    return (
      <Page title={t('credit', { number: '' })}>
        <Failure error={credit.error} onRetry={() => void credit.refetch()} />
      </Page>
    );
  }
  return <Shown credit={credit.data} />;
}

function Shown({ credit }: { credit: CreditShown }): JSX.Element {
  const t = useTranslations('lending');
  const locale = useLocale();
  const format = useFormatter();
  const me = useMe();
  const [wish, setWish] = useState<Wish | null>(null);
  const [isPaying, setPaying] = useState(false);
  const { debtor, currency, status } = credit;
  return (
    <Page
      title={debtor.name}
      eyebrow={t('credit', { number: numberOf(credit) })}
      text={t('creditText', {
        amount: amountText(locale, credit.amount, currency),
        day: format.dateTime(dayAt(credit.endDate), { dateStyle: 'medium' }),
      })}
      actions={
        <Doings {...{ credit, isLender: watches(me), onPay: () => setPaying(true), onWish: setWish }} />
      }
    >
      <Stack>
        <WaitingLine />
        <Card>
          <Lines>
            <Line name={credit.balance < 0 ? t('inFavour') : t('balance')} strong testId="credit-balance">
              <Amount of={Math.abs(credit.balance)} currency={currency} />
            </Line>
            <Line name={t('statusOf', { status })} testId="credit-status">
              {credit.attention ? (
                <Days credit={credit} />
              ) : (
                <Badge tone="plain">{t('statusOf', { status })}</Badge>
              )}
            </Line>
          </Lines>
        </Card>
        {credit.installments.length > 0 && <Installments of={credit} />}
        <History of={credit} onTakeBack={(id) => setWish({ what: 'takeBack', id })} />
        <Link to="/debtors/$debtorId" params={{ debtorId: debtor.id }}>
          {debtor.name}
        </Link>
      </Stack>
      {wish && <ReasonDialog wish={wish} creditId={credit.id} onClose={() => setWish(null)} />}
      {isPaying && <PaySheet credit={credit} onClose={() => setPaying(false)} />}
    </Page>
  );
}

function Doings(props: {
  credit: CreditShown;
  isLender: boolean;
  onPay: () => void;
  onWish: (wish: Wish) => void;
}): JSX.Element {
  const t = useTranslations('lending');
  const words = useTranslations('collect');
  const { credit, isLender, onWish } = props;
  return (
    <>
      <Button look="primary" onPress={props.onPay} data-testid="pay">
        {words('pay')}
      </Button>
      {isLender && credit.status === 'active' && (
        <>
          <Button onPress={() => onWish({ what: 'written_off' })} data-testid="write-off">
            {t('writeOff')}
          </Button>
          <Button onPress={() => onWish({ what: 'cancelled' })}>{t('cancel')}</Button>
        </>
      )}
      {isLender && (credit.status === 'written_off' || credit.status === 'cancelled') && (
        <Button onPress={() => onWish({ what: 'reopen' })} data-testid="reopen">
          {t('reopen')}
        </Button>
      )}
    </>
  );
}

function Installments({ of }: { of: CreditShown }): JSX.Element {
  const t = useTranslations('lending');
  const format = useFormatter();
  return (
    <Card>
      <div className={s['part']}>
        <h2>{t('installments')}</h2>
        <Lines>
          {of.installments.map(({ dueOn, unpaid }, at) => (
            <Line
              key={`${at} ${dueOn}`}
              name={`${at + 1} · ${format.dateTime(dayAt(dueOn), { dateStyle: 'medium' })}`}
            >
              {unpaid === 0 ? t('installmentPaid') : <Amount of={unpaid} currency={of.currency} />}
            </Line>
          ))}
        </Lines>
      </div>
    </Card>
  );
}

function History({ of, onTakeBack }: { of: CreditShown; onTakeBack: (id: string) => void }): JSX.Element {
  const t = useTranslations('lending');
  const format = useFormatter();
  const standing = new Set(of.payments.filter(({ reversedAt }) => reversedAt === null).map(({ id }) => id));
  return (
    <section className={s['part']}>
      <h2>{t('history')}</h2>
      <ol className={s['history']}>
        {of.events.toReversed().map((event, at) => {
          const paymentId = text(event.detail['paymentId']);
          const canTakeBack = event.what === 'paid' && paymentId !== null && standing.has(paymentId);
          return (
            <li key={`${at} ${event.at}`} className={s['event']} data-testid="credit-event">
              <span>
                <strong>{t('what', { what: event.what })}</strong>
                <span className="small muted">
                  {format.dateTime(new Date(event.at), { dateStyle: 'medium', timeStyle: 'short' })} ·{' '}
                  {event.byName ?? t('someone')}
                </span>
                <Detail of={event.detail} />
              </span>
              <span className={s['eventEnd']}>
                {typeof event.detail['amount'] === 'number' && (
                  <Amount of={event.detail['amount']} currency={of.currency} />
                )}
                {canTakeBack && (
                  <Button look="quiet" onPress={() => onTakeBack(paymentId)} data-testid="take-back">
                    {t('takeBack')}
                  </Button>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** What was said of an event: why, which day, how. */
function Detail({ of }: { of: Readonly<Record<string, unknown>> }): JSX.Element | null {
  const words = useTranslations('collect');
  const format = useFormatter();
  const method = text(of['method']);
  const on = text(of['on']);
  const said = [
    method && words('method', { method }),
    on && format.dateTime(dayAt(on), { dateStyle: 'medium' }),
    text(of['reason']),
    text(of['note']),
  ].filter(Boolean);
  return said.length === 0 ? null : <span className="small">{said.join(' · ')}</span>;
}
