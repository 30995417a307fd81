import { VideoCallRoom, type Call, type CallEnd, type MediaChoice, type OwnMedia } from '@latido/react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, pays, type Me } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { callIsOver } from '../../app/invitations.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useFullWindow, useOpenCall } from '../../ui/app-shell.tsx';
import { usePageTitle } from '../../ui/layout.tsx';
import { useApart } from './apart.tsx';
import { Beside } from './beside.tsx';
import { useCallChat } from './call-chat.tsx';
import s from './call-view.module.css';
import { EndPage } from './end-page.tsx';
import { keepCall } from './kept-call.ts';
import { RecordCall } from './record-call.tsx';
import { useCoins } from './use-coins.tsx';
import { isWithin, useLeaving } from './use-leaving.tsx';

/** Props of {@link CallView}. */
export interface CallViewProps {
  readonly me: Me;
  readonly roomName: string;
  readonly media: MediaChoice;
  /** Back to getting ready. */
  readonly onLeave: () => void;
  /** Calls the same person again. */
  readonly onAgain?: ((partnerId: string) => void) | undefined;
  /** Where one call follows another: what goes from one into the next, and who tells what came of it. */
  readonly series?: CallSeries | undefined;
}

/** A call among others: camera and microphone outlive it, and the page around it tells its end. */
export interface CallSeries {
  readonly own: OwnMedia;
  readonly onNext: () => void;
  readonly isNextPending: boolean;
  readonly onChange: (call: Call) => void;
  readonly onEnd: (end: CallEnd) => void;
}

/** A paid call of two: video fills the window until it ends, then the summary takes the page. */
export function CallView({ me, roomName, media, onLeave, onAgain, series }: CallViewProps): JSX.Element {
  const t = useTranslations('video');
  const { labels } = usePreferences();
  const feed = useFeed();
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  const [partner, setPartner] = useState<Call['partner']>(null);
  const [callId, setCallId] = useState<string | null>(null);
  const chat = useCallChat(ended ? null : callId);
  const apart = useApart(ended ? null : callId, partner);
  const current = useRef<Call | null>(null);
  const coins = useCoins(pays(me));
  useFullWindow(ended ? null : roomName);
  useOpenCall();
  usePageTitle(ended ? t('endedTitle') : labels.callWith(partner?.name ?? null));
  const leaving = useLeaving(current);
  // A page that dies in a call keeps it; one that is left on purpose does not.
  useEffect(() => () => keepCall(null), []);

  const follow = (call: Call): void => {
    current.current = call;
    series?.onChange(call);
    setPartner(call.partner);
    const id = call.answer?.callId;
    setCallId(isWithin(call) ? (id ?? null) : null);
    if (call.screen === 'ended') callIsOver(id);
    keepCall(id !== undefined && isWithin(call) ? { callId: id, roomName, media: call.media } : null);
    coins.follow(call);
  };
  const end = (how: CallEnd): void => {
    if (series) series.onEnd(how);
    else setEnded(true);
    void client.invalidateQueries();
  };
  return (
    <div className={ended ? s['after'] : s['full']} data-beside={chat.panel ? '' : undefined}>
      {!ended && <h1 className="sr">{labels.callWith(partner?.name ?? null)}</h1>}
      <Beside side={chat.panel}>
        <VideoCallRoom
          roomName={roomName}
          participantName={me.name}
          endpoint="token-secure"
          api={api}
          feed={feed}
          media={media}
          {...(series && { own: series.own, onNext: series.onNext, isNextPending: series.isNextPending })}
          labels={labels}
          chat={chat.button}
          menu={apart.menu}
          {...coins.room}
          onChange={follow}
          onDisconnect={end}
          onLeave={onLeave}
          renderEnd={(how, call) =>
            series ? null : <EndPage {...{ me, onLeave, onAgain }} {...endOf(how, call)} />
          }
        />
      </Beside>
      {leaving}
      {apart.dialog}
      {!ended && callId !== null && <RecordCall callId={callId} personId={me.personId} />}
      {!ended && coins.sheet}
    </div>
  );
}

const endOf = (end: CallEnd, call: Call): { end: CallEnd; beats: readonly number[] } => ({
  end,
  beats: [...call.beats.values()][0] ?? [],
});
