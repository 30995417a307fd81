import { toldOf, Trace } from '@latido/react';
import { CallSummary, useSettledCall } from '@latido/react/summary';
import '@latido/react/summary.css';
import { useEffect, useRef, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, pays, type Me } from '../../app/api.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/layout.tsx';
import { useWalletAfter } from '../video/use-wallet-after.ts';
import s from './meet.module.css';
import { Review } from './review.tsx';
import type { LastCall } from './use-series.ts';

/** The call that is over: why, what it came to, and what is to be said of it; the way on stands around it. */
export function LastCallCard({ me, last, isMain }: { me: Me; last: LastCall; isMain: boolean }): JSX.Element {
  const t = useTranslations('meet');
  const { labels } = usePreferences();
  const title = useRef<HTMLHeadingElement>(null);
  const { end, beats } = last;
  const callId = end.call?.callId;
  const call = useSettledCall(api, end.call);
  const wallet = useWalletAfter(me, call);
  // The controls that had the focus are gone with the call.
  useEffect(() => {
    if (isMain) title.current?.focus({ preventScroll: true });
  }, [isMain, callId]);
  const told = toldOf({ ...end, call }, labels);
  const lastProofAt = beats.at(-1) ?? null;
  const Heading = isMain ? 'h1' : 'h2';
  return (
    <Card testId="last-call">
      <div className={s['last']} data-reason={end.reason} data-by={end.by}>
        <div className={s['trace']}>
          <Trace
            beats={beats}
            lastProofAt={lastProofAt}
            frozenAt={(lastProofAt ?? 0) + 8_000}
            windowMs={12_000}
            width={400}
          />
        </div>
        <div>
          <Heading ref={title} tabIndex={-1}>
            {told.title}
          </Heading>
          {told.text && isMain && <p className="muted">{told.text}</p>}
        </div>
        {call && call.startedAt !== null && (
          <CallSummary call={call} balance={pays(me) ? wallet.data?.balance : null} labels={labels} />
        )}
        {callId !== undefined && end.partner && (
          <Review key={callId} callId={callId} partner={end.partner} met={call?.startedAt != null} />
        )}
        {callId !== undefined && call?.startedAt != null && (
          <ButtonLink look="quiet" to="/calls/$callId" params={{ callId }} data-testid="see-receipt">
            {t('receipt')}
          </ButtonLink>
        )}
      </div>
    </Card>
  );
}
