import { useState, type JSX, type ReactNode } from 'react';
import type { Me } from '../../app/api.ts';
import { Failure, LoadingPage } from '../../ui/states.tsx';
import { Page } from '../../ui/layout.tsx';
import { CallView } from '../video/call-view.tsx';
import { readKeptCall } from '../video/kept-call.ts';
import { useDevices, type Devices } from '../video/use-devices.ts';
import { OfferCard } from './offer-card.tsx';
import { isElsewhere, isLeftOpen, isOtherCall, isOtherSide, type Standing } from './standing.ts';
import { useOfferTold } from './use-offer-told.ts';
import { say } from './say.ts';
import { useSay, useStanding } from './use-standing.ts';
import { Elsewhere, OtherCall, OtherSide } from './states.tsx';
import { useSeries, type LastCall } from './use-series.ts';

/** What is drawn around offers and calls, by whichever side the person is on. */
export interface Around {
  readonly standing: Standing;
  readonly beats: readonly number[];
  readonly devices: Devices;
  readonly last: LastCall | null;
  readonly say: ReturnType<typeof useSay>;
}

/** One person's evening: before, in line, an offer, a call, and the next, on one page and with one camera. */
export function Meeting({
  me,
  side,
  children,
}: {
  me: Me;
  side: 'payer' | 'earner';
  children: (around: Around) => ReactNode;
}): JSX.Element {
  const { asked, beats, take, page } = useStanding();
  const speech = useSay(take);
  // Whoever had muted in the call is muted after a reload.
  const [before] = useState(() => readKeptCall()?.media);
  const devices = useDevices(before);
  const standing = asked.data;
  const isHere = standing !== undefined && !isElsewhere(standing, page);
  const onSkip = useOfferTold(isHere ? standing : undefined);
  const series = useSeries({ standing, isHere, devices, say: speech });
  // Whoever joined here stays in their call, whatever another page of theirs says meanwhile: the call tells it.
  if (series.joined) {
    const { roomName, media } = series.joined;
    return (
      <CallView
        key={roomName}
        me={me}
        roomName={roomName}
        media={media}
        series={series.series}
        onLeave={series.giveUp}
      />
    );
  }
  if (!standing) {
    if (!asked.isError) return <LoadingPage />;
    return (
      <Page>
        <Failure error={asked.error} onRetry={() => void asked.refetch()} />
      </Page>
    );
  }
  if (!isHere) return <Elsewhere standing={standing} onUseHere={() => void speech.tell(say.useHere)} />;
  // What goes on without this page cannot be gone into again from here: another page leads back into it.
  if (isOtherCall(standing) || isLeftOpen(standing, { left: series.left, heard: beats }))
    return <OtherCall roomName={standing.roomName} />;
  if (isOtherSide(standing, side)) return <OtherSide own={side} />;
  return (
    <>
      {children({ standing, beats, devices, last: series.last, say: speech })}
      <Offer standing={standing} say={speech} onSkip={onSkip} />
    </>
  );
}

function Offer({
  standing,
  say: speech,
  onSkip,
}: Pick<Around, 'standing' | 'say'> & { onSkip: (offerId: string) => void }): JSX.Element | null {
  const { offer, state } = standing;
  const [answered, setAnswered] = useState<string | null>(null);
  if (!offer || (state !== 'offered' && state !== 'connecting')) return null;
  return (
    <OfferCard
      key={offer.id}
      standing={standing}
      isPending={speech.isPending || answered === `${offer.id} ${state}`}
      onAnswer={(word) => {
        setAnswered(`${offer.id} ${state}`);
        if (word === 'skip') onSkip(offer.id);
        void speech
          .tell(() => say.answer(offer.id, word))
          .then((after) => {
            if (!after) setAnswered(null);
          });
      }}
    />
  );
}
