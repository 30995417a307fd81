import { ButtonAnchor, Button, ButtonLink } from '../../ui/button.tsx';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import type { Credit } from '../../app/collections.ts';
import { Amount } from '../../ui/amount.tsx';
import { Badge } from '../../ui/badge.tsx';
import s from './collect.module.css';
import { dayAt } from './numbers.ts';

/** Props of {@link DueRow}. */
export interface DueRowProps {
  readonly credit: Credit;
  readonly isOpen: boolean;
  /** It came in while the page was open. */
  readonly isFresh: boolean;
  /** Something about it was not sent yet. */
  readonly waits: boolean;
  readonly onToggle: () => void;
  readonly onPay: () => void;
  readonly onPromise: () => void;
}

/** One credit: who, how much and since when in one look; touched, it shows what can be done. */
export function DueRow(props: DueRowProps): JSX.Element {
  const t = useTranslations('collect');
  const { credit, isOpen, isFresh, waits } = props;
  const { attention, debtor, currency } = credit;
  const actionsId = `actions-${credit.id}`;
  return (
    <li className={s['row']} data-fresh={isFresh || undefined} data-testid="due-row">
      <button
        type="button"
        className={s['touch']}
        aria-expanded={isOpen}
        aria-controls={actionsId}
        onClick={props.onToggle}
      >
        <span className={s['who']}>{debtor.name}</span>
        <span className={s['amount']}>
          <Amount of={attention?.amountDue ?? credit.balance} currency={currency} />
        </span>
        <span className={s['about']}>
          <About credit={credit} isFresh={isFresh} />
        </span>
        <span className={s['state']}>
          {waits && <Badge tone="plain">{t('waits')}</Badge>}
          <Days credit={credit} />
        </span>
      </button>
      <div id={actionsId} className={s['actions']} hidden={!isOpen}>
        {isOpen && <Doings {...props} />}
      </div>
    </li>
  );
}

function Doings({ credit, onPay, onPromise }: DueRowProps): JSX.Element {
  const t = useTranslations('collect');
  const { phone, zone } = credit.debtor;
  return (
    <>
      <div className={s['first']}>
        <Button look="primary" wide onPress={onPay} data-testid="pay">
          {t('pay')}
        </Button>
        {phone && (
          <ButtonAnchor href={`tel:${phone.replaceAll(/[^\d+]/g, '')}`} data-testid="call-debtor">
            {t('call')}
          </ButtonAnchor>
        )}
      </div>
      <div className={s['more']}>
        <Button look="quiet" onPress={onPromise} data-testid="promise">
          {t('promise')}
        </Button>
        {zone && (
          <ButtonAnchor
            look="quiet"
            href={`https://www.openstreetmap.org/search?query=${encodeURIComponent(zone)}`}
            target="_blank"
            rel="noreferrer"
          >
            {t('map')}
          </ButtonAnchor>
        )}
        <ButtonLink
          look="quiet"
          to="/credits/$creditId"
          params={{ creditId: credit.id }}
          data-testid="credit-history"
        >
          {t('history')}
        </ButtonLink>
      </div>
    </>
  );
}

function About({ credit, isFresh }: { credit: Credit; isFresh: boolean }): JSX.Element {
  const t = useTranslations('collect');
  const format = useFormatter();
  const { parts, promisedOn } = credit;
  const promised =
    promisedOn &&
    t('promisedFor', { day: format.dateTime(dayAt(promisedOn), { day: 'numeric', month: 'short' }) });
  const which = parts
    ? t('parts', { count: parts.to - parts.from + 1, from: parts.from, to: parts.to, of: parts.of })
    : t('whole');
  return <>{[isFresh ? t('fresh') : null, which, promised].filter(Boolean).join(' · ')}</>;
}

/** Since when it is due, or when it will be. */
export function Days({ credit }: { credit: Credit }): JSX.Element | null {
  const t = useTranslations('collect');
  const { attention } = credit;
  if (!attention) return null;
  const { days, reason } = attention;
  return reason === 'overdue' ? (
    <Badge tone="danger">{t('daysAgo', { days })}</Badge>
  ) : (
    <Badge tone="warn">{t('dueIn', { days })}</Badge>
  );
}
