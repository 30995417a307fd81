import { toldOf, Trace, unitPrice, type CallEnd, type Labels } from '@latido/react';
import { CallSummary, useSettledCall } from '@latido/react/summary';
import '@latido/react/summary.css';
import { lazy, Suspense, useEffect, useRef, type ComponentType, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, pays, type CallState, type Me } from '../../app/api.ts';
import { loadMoreWords, usePreferences } from '../../app/preferences.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import s from './call-view.module.css';
import { useWalletAfter } from './use-wallet-after.ts';
import type { ReviewProps } from '../meet/review.tsx';

/** Props of {@link EndPage}. */
export interface EndPageProps {
  readonly me: Me;
  readonly end: CallEnd;
  readonly beats: readonly number[];
  readonly onLeave: () => void;
  /** Calls the same person again. */
  readonly onAgain?: ((partnerId: string) => void) | undefined;
}

/** Why the call is over, by the name of who ended it. */
function Told({ end, labels }: { end: CallEnd; labels: Labels }): JSX.Element {
  const title = useRef<HTMLHeadingElement>(null);
  // The controls that had the focus are gone with the call: it goes to what is told now.
  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  const mine = end.by === 'me';
  const told = toldOf(end, labels);
  return (
    <div
      className={s['words']}
      role={mine ? 'status' : 'alert'}
      {...(mine ? {} : { 'data-testid': 'partner-gone', 'data-reason': end.reason })}
    >
      <h1 ref={title} tabIndex={-1}>
        {told.title}
      </h1>
      {told.text && <p>{told.text}</p>}
    </div>
  );
}

/** Its words and its parts come when a call is over; where they cannot be had, the summary stands without them. */
const Review = lazy(async (): Promise<{ default: ComponentType<ReviewProps> }> => {
  try {
    const [{ Review: part }] = await Promise.all([import('../meet/review.tsx'), loadMoreWords()]);
    return { default: part };
  } catch {
    return { default: () => null };
  }
});

/** What is to be said of a paid call in which two met. */
function Said({ end, call }: { end: CallEnd; call: CallState | null | undefined }): JSX.Element | null {
  if (!end.partner || !call?.meter || call.startedAt === null) return null;
  return (
    <Suspense>
      <Review callId={call.callId} partner={end.partner} met />
    </Suspense>
  );
}

/** Why the call is over, what it was and what it cost, and where to go from here. */
export function EndPage({ me, end, beats, onLeave, onAgain }: EndPageProps): JSX.Element {
  const t = useTranslations('end');
  const { labels } = usePreferences();
  const seenAt = useRef(Date.now());
  const callId = end.call?.callId;
  const call = useSettledCall(api, end.call);
  const wallet = useWalletAfter(me, call);
  const name = end.partner?.name ?? labels.partner;
  // Nobody is invited to a call that the server would refuse.
  const price = call?.meter ? Math.ceil(unitPrice(call.meter.plan)) : 0;
  const affords =
    pays(me) && end.reason !== 'parted' && (wallet.data === undefined || wallet.data.available >= price);
  const partnerId = affords ? end.partner?.personId : undefined;
  const lastProofAt = beats.at(-1) ?? null;
  return (
    <div className={s['end']}>
      <article className={s['card']} data-testid="summary">
        <div className={s['trace']}>
          <Trace
            beats={beats}
            lastProofAt={lastProofAt}
            frozenAt={(lastProofAt ?? seenAt.current) + 8_000}
            windowMs={12_000}
            width={400}
          />
        </div>
        <Told end={{ ...end, call: call ?? null }} labels={labels} />
        {call && (call.startedAt !== null || pays(me)) && (
          <CallSummary call={call} balance={pays(me) ? wallet.data?.balance : null} labels={labels} />
        )}
        <Said end={end} call={call} />
        <div className={s['actions']}>
          {partnerId !== undefined && onAgain && (
            <Button look="primary" data-testid="call-again" onPress={() => onAgain(partnerId)}>
              {t('again', { name })}
            </Button>
          )}
          <Button
            look={partnerId !== undefined && onAgain ? 'secondary' : 'primary'}
            data-testid="back"
            onPress={onLeave}
          >
            {t('back')}
          </Button>
        </div>
        {callId !== undefined && call?.startedAt != null && (
          <ButtonLink look="quiet" to="/calls/$callId" params={{ callId }} data-testid="see-receipt">
            {t(call.meter ? 'receipt' : 'whoWas')}
          </ButtonLink>
        )}
      </article>
    </div>
  );
}
