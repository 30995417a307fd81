import { formatClock, secondsLeft, useNow } from '@latido/react';
import type { MatchOffer } from '@latido/protocol';
import { useQuery } from '@tanstack/react-query';
import { Star } from 'lucide-react';
import { useEffect, useId, useRef, type JSX, type KeyboardEvent } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { useMe, walletQuery } from '../../app/api.ts';
import { useRinging } from '../../app/ringing.ts';
import { Button } from '../../ui/button.tsx';
import { Figures } from '../../ui/figures.tsx';
import { Line, Lines } from '../../ui/layout.tsx';
import { Coins } from '../../ui/money.tsx';
import s from './meet.module.css';
import { minuteShare, usePlans } from './own-plans.ts';
import type { Standing } from './standing.ts';
import { minutesBy } from './terms.ts';

const HURRIED_MS = 5_000;
const UNHURRIED_MS = 20_000;
/** A key that was meant for something else accepts nothing. */
const DEAF_FOR_MS = 400;
const RADIUS = 26;
const AROUND = 2 * Math.PI * RADIUS;

/** The seconds that are left by the server's deadline; at zero the page waits for the server's word. */
function Ring({ standing, untilAt }: { standing: Standing; untilAt: number }): JSX.Element {
  const t = useTranslations('meet');
  const now = useNow(200);
  const leftMs = Math.max(0, untilAt - (now + standing.clockOffsetMs));
  const wholeMs = leftMs > HURRIED_MS || standing.wishes?.unhurried ? UNHURRIED_MS : HURRIED_MS;
  return (
    <div className={s['ring']} role="timer" aria-label={t('secondsToAnswer')}>
      <svg width="60" height="60" viewBox="0 0 60 60" aria-hidden>
        <circle cx="30" cy="30" r={RADIUS} />
        <circle
          cx="30"
          cy="30"
          r={RADIUS}
          data-left
          strokeDasharray={`${Math.min(1, leftMs / wholeMs) * AROUND} ${AROUND}`}
          transform="rotate(-90 30 30)"
        />
      </svg>
      <span className="digits">{secondsLeft(leftMs)}</span>
    </div>
  );
}

/** Enter is yes and Escape is no, once the card has been there for a moment. */
function useKeys({ onAccept, onSkip }: { onAccept: (() => void) | null; onSkip: () => void }) {
  const shownAt = useRef(performance.now());
  const hears = (): boolean => performance.now() - shownAt.current >= DEAF_FOR_MS;
  return {
    onKeyDown: (event: KeyboardEvent): void => {
      const onButton = event.target instanceof Element && event.target.closest('button') !== null;
      if (event.key !== 'Enter' || onButton || event.repeat || !hears()) return;
      event.preventDefault();
      onAccept?.();
    },
    onCancel: (event: { preventDefault: () => void }): void => {
      // The card goes with the server's word, not with the key.
      event.preventDefault();
      if (hears()) onSkip();
    },
  };
}

/** Money on the card: all that it costs, when a minute counts, and how long the balance lasts, or what it brings. */
function Terms({ standing, offer }: { standing: Standing; offer: MatchOffer }): JSX.Element {
  const t = useTranslations('meet');
  const counts = useTranslations('receipt.counts');
  const wallet = useQuery({ ...walletQuery, enabled: standing.side === 'payer' });
  // The first unit is held already: it counts as well.
  const balance = wallet.data?.balance;
  return (
    <>
      <Lines>
        <Asked offer={offer} />
        {standing.side === 'payer' ? (
          <Line name={t('enoughWith')} testId="offer-enough">
            {balance === undefined ? (
              '–'
            ) : (
              <Figures>{t('minutes', { minutes: minutesBy(balance, offer) })}</Figures>
            )}
          </Line>
        ) : (
          <Share standing={standing} />
        )}
      </Lines>
      <p className="small" data-testid="offer-policy">
        {counts(offer.policy)}
      </p>
    </>
  );
}

/** Each part of the price, in the order in which it is paid (MATCH-36). */
function Asked({ offer: { price, connectFee = 0, first, later = [] } }: { offer: MatchOffer }): JSX.Element {
  const t = useTranslations('meet');
  return (
    <>
      <Line name={t('price')} testId="offer-price">
        <Figures>{t('aMinute', { coins: price })}</Figures>
      </Line>
      {connectFee > 0 && (
        <Line name={t('offerFee')} testId="offer-fee">
          <Coins of={connectFee} />
        </Line>
      )}
      {first && (
        <Line name={t('offerFirst', { seconds: first.forMs / 1_000 })} testId="offer-first">
          <Coins of={first.coins} />
        </Line>
      )}
      {later.map((step) => (
        <Line
          key={step.fromMs}
          name={t('offerLater', { time: formatClock(step.fromMs) })}
          testId="offer-later"
        >
          <Figures>{t('aMinute', { coins: step.price })}</Figures>
        </Line>
      ))}
    </>
  );
}

/** What a minute of it brings, by the plan that they are on air with. */
function Share({ standing: { wishes } }: { standing: Standing }): JSX.Element | null {
  const t = useTranslations('meet');
  const { personId = '' } = useMe() ?? {};
  const plans = usePlans({ personId }, wishes?.price);
  const plan = plans.find(({ id }) => id === wishes?.planId) ?? plans[0];
  if (!plan) return null;
  return (
    <Line name={t('yourShare')} testId="offer-share">
      <Coins of={minuteShare(plan)} />
    </Line>
  );
}

/** Who it is, how others found them, and how much time there is. */
function Head(props: { id: string; words: string; standing: Standing }): JSX.Element {
  const t = useTranslations('meet');
  const format = useFormatter();
  const { offer, deadlineAt } = props.standing;
  const rating = offer?.partner.rating;
  return (
    <div className={s['offerHead']}>
      <div>
        {/* Focus on the title: no button is pressed by a key that was on its way. */}
        <h2 id={props.id} tabIndex={-1} autoFocus>
          {props.words}
        </h2>
        {rating !== undefined && (
          <p className={s['rating']}>
            <Star size={16} aria-hidden fill="currentColor" />
            {t('rating', { rating: format.number(rating, { maximumFractionDigits: 1 }) })}
          </p>
        )}
      </div>
      <Ring standing={props.standing} untilAt={Date.parse(deadlineAt ?? offer?.deadlineAt ?? '')} />
    </div>
  );
}

/** Somebody who could be talked with: who, at what price, and yes or no before the deadline. */
export function OfferCard(props: {
  standing: Standing;
  isPending: boolean;
  onAnswer: (word: 'accept' | 'skip') => void;
}): JSX.Element | null {
  const t = useTranslations('meet');
  const id = useId();
  const box = useRef<HTMLDialogElement>(null);
  const { standing } = props;
  const { offer, side, state } = standing;
  const isOpen = state === 'offered' && offer !== undefined && !offer.accepted;
  const keys = useKeys({
    onAccept: isOpen ? () => props.onAnswer('accept') : null,
    onSkip: () => props.onAnswer('skip'),
  });
  useEffect(() => {
    const dialog = box.current;
    if (!dialog?.open) dialog?.showModal();
  }, []);
  const name = offer?.partner.name ?? '';
  const words = t(side === 'earner' ? 'asksFor' : 'found', { name });
  useRinging(isOpen ? { callId: offer.id, words } : null, false);
  if (!offer) return null;
  const told = state === 'connecting' ? 'connecting' : side === 'earner' ? 'asking' : 'waitingFor';
  return (
    <dialog
      ref={box}
      className={s['offer']}
      role="alertdialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-terms`}
      data-testid="offer"
      data-state={isOpen ? 'open' : told}
      {...keys}
    >
      <Head id={`${id}-title`} words={words} standing={standing} />
      <div id={`${id}-terms`}>
        <Terms standing={standing} offer={offer} />
      </div>
      {isOpen ? (
        <div className={s['answers']}>
          <Button
            look="primary"
            isDisabled={props.isPending}
            onPress={() => props.onAnswer('accept')}
            data-testid="accept-offer"
          >
            {t('accept')} <kbd>Enter</kbd>
          </Button>
          <Button
            isDisabled={props.isPending}
            onPress={() => props.onAnswer('skip')}
            data-testid="skip-offer"
          >
            {t('skip')} <kbd>Esc</kbd>
          </Button>
        </div>
      ) : (
        <p role="status">{t(told, { name })}</p>
      )}
      <p className="small muted">{t(side === 'earner' ? 'acceptEarner' : 'acceptText')}</p>
    </dialog>
  );
}
