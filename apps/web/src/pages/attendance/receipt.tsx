import { formatClock } from '@latido/react';
import { sumsOf } from '@latido/react/summary';
import { Printer } from 'lucide-react';
import { useState, type JSX, type ReactNode } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { runs, useMe, type CallState, type Receipt as ReceiptTold } from '../../app/api.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, Line, Lines } from '../../ui/layout.tsx';
import { Coins } from '../../ui/money.tsx';
import { Rate } from '../../ui/rate.tsx';
import { isCounting } from '../calls/calls-page.tsx';
import { GivenBack } from './given-back.tsx';
import { RefundDialog } from './refund-dialog.tsx';
import s from './receipt.module.css';

/** A receipt is read, not scrolled through: of plans by the second the first units speak for the rest. */
const ROWS_MOST = 240;

type Line_ = ReceiptTold['lines'][number];

/** Props of {@link Receipt}. */
export interface ReceiptProps {
  readonly call: CallState;
  readonly receipt: ReceiptTold;
  /** Whose it is, where there are several. */
  readonly of?: string;
}

function useTimeOfDay(): (at: string) => string {
  const format = useFormatter();
  return (at) => format.dateTime(new Date(at), { timeStyle: 'medium' });
}

/** What a unit costs, or brings, and when it counts. */
function Rule({ receipt }: { receipt: ReceiptTold }): JSX.Element {
  const t = useTranslations('receipt');
  return (
    <p className={s['rule']}>
      <Rate plan={receipt.plan} /> {t(`counts.${receipt.plan.policy}`)}
    </p>
  );
}

function Units({ receipt }: { receipt: ReceiptTold }): JSX.Element {
  const t = useTranslations('receipt');
  const timeOfDay = useTimeOfDay();
  const isMinute = receipt.plan.incrementMs === 60_000;
  const nameOf = ({ unit, kind }: Line_): string => {
    if (kind === 'refund') return t('refunded', { unit });
    if (kind === 'adjustment') return t('givenBack', { unit });
    return unit === 0 ? t('connection') : t(isMinute ? 'minute' : 'unit', { unit });
  };
  const shown = receipt.lines.slice(0, ROWS_MOST);
  if (shown.length === 0) return <p className="muted">{t('nothing')}</p>;
  return (
    <ol className={s['units']} aria-label={t('units')}>
      {shown.map((line, place) => (
        <li key={`${line.unit}${line.kind}${place}`} className={s['unit']} data-testid="charge-row">
          <span>{nameOf(line)}</span>
          <span className={`${s['times']} clock`}>{fromTo(line, timeOfDay)}</span>
          <span className="digits">{signed(line.earned ?? line.coins)}</span>
        </li>
      ))}
      {receipt.lines.length > shown.length && (
        <li className="small muted">{t('more', { units: receipt.lines.length - shown.length })}</li>
      )}
    </ol>
  );
}

/** From when to when a unit was; one that is due as it begins is of one instant. */
function fromTo({ beginsAt, dueAt, kind }: Line_, said: (at: string) => string): string {
  const times = beginsAt !== null && kind === 'charge' ? [said(beginsAt), said(dueAt)] : [said(dueAt)];
  return [...new Set(times)].join(' – ');
}

const signed = (coins: number): string => (coins < 0 ? `−${-coins}` : String(coins));

function Pauses({ call, receipt }: ReceiptProps): JSX.Element | null {
  const t = useTranslations('receipt');
  const timeOfDay = useTimeOfDay();
  const nameOf = (personId: string | null): string =>
    call.people.find((person) => person.personId === personId)?.name ?? t('someone');
  if (receipt.pauses.length === 0) return null;
  return (
    <ul className={s['pauses']}>
      {receipt.pauses.map(({ fromAt, toAt, ms, personId, reason }) => (
        <li key={fromAt} className={s['pause']} data-testid="pause-row" data-reason={reason}>
          <span>{t('pause', { reason, name: nameOf(personId) })}</span>
          <span className={`${s['times']} clock`}>
            {timeOfDay(fromAt)} – {timeOfDay(toAt)}
          </span>
          <span className="digits">{formatClock(ms)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The times that add up to how long the call was. */
function Times({ call }: { call: CallState }): JSX.Element {
  const words = usePreferences().labels.summary;
  const { togetherMs, durationMs, pausesMs } = sumsOf(call);
  const times: [string, number][] = [
    [words.together, togetherMs],
    ...(pausesMs > 0 ? [[words.pauses, pausesMs] as [string, number]] : []),
    [words.duration, durationMs],
  ];
  return (
    <Lines>
      {times.map(([name, ms]) => (
        <Line key={name} name={name}>
          <span className="digits">{formatClock(ms)}</span>
        </Line>
      ))}
    </Lines>
  );
}

function Money({ call, receipt }: ReceiptProps): JSX.Element {
  const t = useTranslations('receipt');
  const { balance, earned, held, released, shortfall } = receipt;
  const rows: [string, ReactNode, string?][] = [];
  if (held) rows.push([t('held'), <Coins key="held" of={held} />]);
  if (released) rows.push([t('released'), <Coins key="released" of={released} />, 'receipt-released']);
  if (earned === null && shortfall > 0) rows.push([t('shortfall'), <Coins key="short" of={shortfall} />]);
  const names = earned === null ? (['before', 'after'] as const) : (['earnedBefore', 'earnedAfter'] as const);
  if (balance) {
    rows.push([t(names[0]), <Coins key="before" of={balance.before} />, 'receipt-before']);
    rows.push([t(names[1]), <Coins key="after" of={balance.after} />, 'receipt-after']);
  }
  return (
    <Lines testId="receipt">
      <Line
        name={t(earned === null ? 'total' : 'totalEarned')}
        strong
        testId={earned === null ? 'receipt-total' : 'receipt-earned'}
      >
        <Coins of={earned ?? (call.settled ? receipt.coins : call.coins)} />
      </Line>
      {rows.map(([name, value, testId]) => (
        <Line key={name} name={name} {...(testId === undefined ? {} : { testId })}>
          {value}
        </Line>
      ))}
    </Lines>
  );
}

/** The desk's way to give coins of a call back, as long as some stand. */
function GiveBack({ receipt }: { receipt: ReceiptTold }): JSX.Element | null {
  const t = useTranslations('payouts');
  const { coins } = receipt;
  const isAdmin = runs(useMe());
  const [isOpen, setOpen] = useState(false);
  if (!isAdmin || coins === 0) return null;
  return (
    <>
      <Button onPress={() => setOpen(true)} data-testid="refund">
        {t('refund')}
      </Button>
      {isOpen && <RefundDialog receipt={receipt} onClose={() => setOpen(false)} />}
    </>
  );
}

/** What a call cost its payer, or brought its earner: by which rule, for which time, and what it did to the balance. */
export function Receipt({ call, receipt, of }: ReceiptProps): JSX.Element {
  const t = useTranslations('receipt');
  return (
    <section className={s['receipt']} id="receipt" data-testid="receipt-page">
      <Card>
        <div className={s['head']}>
          <h2>{of === undefined ? t('title') : t('titleOf', { name: of })}</h2>
          <div className={s['actions']}>
            <GiveBack receipt={receipt} />
            <Button look="quiet" onPress={() => window.print()} data-testid="print">
              <Printer size={18} aria-hidden /> {t('print')}
            </Button>
          </div>
        </div>
        <Rule receipt={receipt} />
        {isCounting(call) && (
          <p role="status" className={s['counting']} data-testid="counting">
            {t('counting')}
          </p>
        )}
        <div className={s['sheet']}>
          <div className={s['column']}>
            <Units receipt={receipt} />
            <GivenBack receipt={receipt} />
          </div>
          <div className={s['column']}>
            <Money call={call} receipt={receipt} />
            <hr className={s['line']} />
            <Times call={call} />
            <Pauses call={call} receipt={receipt} />
          </div>
        </div>
      </Card>
    </section>
  );
}
