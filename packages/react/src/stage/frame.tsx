import { useRef, type JSX, type ReactNode } from 'react';
import type { CallPerson, CallState, Ringing } from '@latido/protocol';
import { ringsAt } from '../call/ringing.ts';
import type { CallScreen } from '../call/screen.ts';
import { useLabels } from '../labels-context.ts';
import type { Labels } from '../labels.ts';
import { CallMeter } from '../parts/call-meter.tsx';
import { initialsOf } from '../parts/format.ts';
import { PartnerStatus } from '../parts/partner-status.tsx';
import { LastFrame } from './last-frame.tsx';
import { BalanceBar, Message, PartnerReconnecting } from './overlays.tsx';
import { RingingMessage } from './ringing.tsx';

/** What the stage is drawn from; the slots hold whatever needs a LiveKit room. */
export interface StageFrameProps {
  /** Of `useCall`: decides what lies over the pictures and what the head says. */
  readonly screen: CallScreen;
  /** Of the partner. */
  readonly name: string;
  /** In the head instead of it, where there are several. */
  readonly group?: string | undefined;
  /** Whether `name` is somebody's, and no stand-in for who will come. */
  readonly known?: boolean | undefined;
  /** The partner's proofs of life by our clock, epoch ms, ascending. */
  readonly beats: readonly number[];
  /** The latest of them that the server counted; null before anybody was heard. */
  readonly lastProofAt: number | null;
  /** The server's last word; null in a free room, which has neither meter nor deadlines. */
  readonly call: CallState | null;
  /** Server's clock minus ours, in milliseconds: deadlines are the server's. */
  readonly clockOffsetMs: number;
  /** Coins in the payer's wallet, live; without it the meter's own figure is shown. */
  readonly balance?: number | null | undefined;
  /** While nobody hears us: when we were last heard, epoch ms by our clock. The meter stands there. */
  readonly cutOffAt?: number | null | undefined;
  /** While the server does not answer: when it was last heard, by our clock. What is shown is its last word. */
  readonly serverAwayAt?: number | null | undefined;
  /** Why the partner is away, where that is known. */
  readonly away?: CallPerson['away'] | undefined;
  /** The other one of the call, and, while it rings at them, whether it reaches them. */
  readonly partnerId?: string | undefined;
  readonly ringing?: Ringing | null | undefined;
  /** For pictures: every clock stands at this instant. */
  readonly nowAt?: number | undefined;
  /** The pictures of the others; without them the partner's initials. */
  readonly tiles?: ReactNode;
  /** The picture of oneself. */
  readonly self?: ReactNode;
  /** Controls under the pictures. */
  readonly dock?: ReactNode;
  /** A line over the dock, e.g. of a camera that cannot be had. */
  readonly notice?: ReactNode;
  /** "End now", offered while the partner is away. */
  readonly onEnd: () => void;
  /** How more coins come while the call goes on, if they can. */
  readonly onTopUp?: (() => void) | undefined;
}

/** Reads changes of the partner's state aloud: politely who came, at once who went. */
function Announcements({
  screen,
  name,
  known,
  away,
  call,
  partnerId,
}: Pick<StageFrameProps, 'screen' | 'name' | 'known' | 'away' | 'call' | 'partnerId'>): JSX.Element {
  const labels = useLabels();
  const polite =
    screen === 'live'
      ? labels.joined(name)
      : screen === 'waiting_partner'
        ? ringsAt(call, partnerId)
          ? labels.ringingTitle(name)
          : labels.waitingTitle(known ? name : null)
        : '';
  const urgent = urgentOf(screen, { name, away }, labels);
  return (
    <>
      <div className="lt-sr" aria-live="polite">
        {polite}
      </div>
      <div className="lt-sr" aria-live="assertive">
        {urgent}
      </div>
    </>
  );
}

/** What is said at once of whoever is not there, ourselves included; the same as what is drawn in the middle. */
export function urgentOf(
  screen: CallScreen,
  { name, away }: Pick<StageFrameProps, 'name' | 'away'>,
  labels: Labels,
): string {
  if (screen === 'me_reconnecting') return labels.meBackTitle;
  if (screen === 'media_away') return labels.mediaAwayTitle;
  if (screen !== 'partner_reconnecting') return '';
  return away === 'closed_page' ? labels.closedTitle(name) : labels.reconnectingTitle(name);
}

function mediaAwayText(call: CallState | null, labels: Labels): string {
  if (!call?.meter) return labels.mediaAwayTextFree;
  return call.meter.earned === null ? labels.mediaAwayText : labels.mediaAwayTextEarner;
}

function Middle(props: StageFrameProps): JSX.Element | null {
  const labels = useLabels();
  const { screen, call, name } = props;
  const meBack = call?.meter ? labels.meBackText : labels.meBackTextFree;
  if (screen === 'connecting') return <Message title={labels.connectingText} />;
  if (screen === 'me_reconnecting')
    return <Message testId="me-reconnecting" title={labels.meBackTitle} text={meBack} />;
  if (screen === 'media_away')
    return <Message testId="media-away" title={labels.mediaAwayTitle} text={mediaAwayText(call, labels)} />;
  if (screen === 'waiting_partner' && call && ringsAt(call, props.partnerId))
    return (
      <RingingMessage
        name={name}
        call={call}
        ringing={props.ringing ?? null}
        clockOffsetMs={props.clockOffsetMs}
        nowAt={props.nowAt}
      />
    );
  if (screen === 'waiting_partner') {
    const text = call?.meter ? labels.waitingFree : labels.waitingText;
    return (
      <Message testId="waiting-partner" title={labels.waitingTitle(props.known ? name : null)} text={text} />
    );
  }
  if (screen !== 'partner_reconnecting') return null;
  return (
    <PartnerReconnecting
      name={name}
      call={call}
      clockOffsetMs={props.clockOffsetMs}
      nowAt={props.nowAt}
      closed={props.away === 'closed_page'}
      onEnd={props.onEnd}
    />
  );
}

/** Screens without a picture of the partner: the last one stays, dimmed. */
const WITHOUT_PICTURE: readonly CallScreen[] = ['partner_reconnecting', 'me_reconnecting', 'media_away'];

/** The call: video fills it, the rest floats on glass. Dark in both themes. */
export function StageFrame(props: StageFrameProps): JSX.Element {
  const stage = useRef<HTMLDivElement>(null);
  const { screen, call } = props;
  const away = WITHOUT_PICTURE.includes(screen);
  const rings = screen === 'waiting_partner' && ringsAt(call, props.partnerId);
  const cutOff = props.cutOffAt != null || screen === 'media_away';
  const blind = cutOff || props.serverAwayAt != null;
  return (
    <div ref={stage} className="lt-stage" data-screen={screen}>
      {props.known && (
        <div className="lt-behind" aria-hidden>
          {rings ? '' : initialsOf(props.name)}
        </div>
      )}
      <div className="lt-picture">{props.tiles}</div>
      <LastFrame stage={stage} shown={away} />
      <div className="lt-centre">{<Middle {...props} />}</div>
      <div className="lt-head">
        <BalanceBar
          call={call}
          clockOffsetMs={props.clockOffsetMs}
          nowAt={props.nowAt}
          isBlind={blind}
          onTopUp={props.onTopUp}
        />
        <header className="lt-top">
          <div className="lt-glass">
            <PartnerStatus
              name={props.group ?? props.name}
              screen={screen}
              beats={props.beats}
              lastProofAt={props.lastProofAt}
              frozenAt={props.nowAt}
              away={props.away}
            />
          </div>
          {call && (
            <div className="lt-glass">
              <CallMeter
                call={call}
                clockOffsetMs={props.clockOffsetMs}
                balance={props.balance}
                nowAt={props.nowAt ?? props.cutOffAt ?? props.serverAwayAt ?? undefined}
                cutOff={cutOff}
                lastWord={props.serverAwayAt != null}
              />
            </div>
          )}
        </header>
      </div>
      <div className="lt-notices">{props.notice}</div>
      {props.self}
      {props.dock}
      <Announcements {...props} />
    </div>
  );
}
