import { RoomAudioRenderer, RoomContext, useAudioPlayback, useTrackToggle } from '@livekit/components-react';
import { Track, type Room } from 'livekit-client';
import { useEffect, useRef, useState, type JSX, type ReactNode } from 'react';
import type { CallEnd } from './call/screen.ts';
import { frozenOf } from './call/frozen.ts';
import { useCall, type Call, type CallOptions } from './call/use-call.ts';
import { enLabels } from './labels-en.ts';
import type { Labels } from './labels.ts';
import { LabelsContext, useLabels } from './labels-context.ts';
import { formatTimeOfDay } from './parts/format.ts';
import { SoundIcon } from './parts/icons.tsx';
import { Dock, type ChatButton } from './stage/dock.tsx';
import { StageFrame } from './stage/frame.tsx';
import type { MenuItem } from './stage/more-menu.tsx';
import { Notice } from './stage/notice.tsx';
import { Duplicate, EndCard, Failed } from './stage/overlays.tsx';
import { FloatingSelf, Tiles, type RenderGroup } from './stage/tiles.tsx';

/** Props of {@link VideoCallRoom}. The first three are all that it needs. */
export interface VideoCallRoomProps extends CallOptions {
  /**
   * Told once, when the call is over for this person, whoever ended it: why, by whom, and the call's last state. Go to
   * your next page here; a partner who only lost the connection does not come here before their grace is over.
   */
  readonly onDisconnect?: ((end: CallEnd) => void) | undefined;
  /** Your words; default: {@link enLabels}. `esLabels` come with us. */
  readonly labels?: Labels | undefined;
  /** Coins in the payer's wallet, shown as what is left. */
  readonly balance?: number | null | undefined;
  /** How the payer gets more coins while the call goes on; the bar of a balance that ends has a button for it. */
  readonly onTopUp?: (() => void) | undefined;
  /** On to the next person: a button beside hanging up (and the key N). Ask the server, then show another room. */
  readonly onNext?: (() => void) | undefined;
  /** While the server is asked for the next one. */
  readonly isNextPending?: boolean | undefined;
  /** A chat that you draw beside the call (`@latido/react/chat`): its button in the dock, and the key C. */
  readonly chat?: ChatButton | undefined;
  /** What else can be done in the call, e.g. to report somebody: buttons of yours in the dock's menu. */
  readonly menu?: readonly MenuItem[] | undefined;
  /** Draws three people and more, e.g. with `Grid` of `@latido/react/grid`; without it they stand in one grid without pages. */
  readonly renderGroup?: RenderGroup | undefined;
  /** Draws the end instead of the built-in card. */
  readonly renderEnd?: ((end: CallEnd, call: Call) => ReactNode) | undefined;
  /** Where the call could not be joined or is open elsewhere: the way out, drawn as a button when it is given. */
  readonly onLeave?: (() => void) | undefined;
  /** Told at each change of the call's screen, of what the server says of it and of what of ours is on, e.g. to ask for the balance again. */
  readonly onChange?: ((call: Call) => void) | undefined;
}

/**
 * A whole video call, by default a paid one of two (`endpoint="token"` is a free room): asks for its token, connects,
 * shows loading and errors, turns camera and microphone on, reports presence, follows the server's word about the
 * partner and the money, and says why it ended.
 *
 * Wants `@latido/react/styles.css`. Works inside any box that has a height. Children of LiveKit's components may be
 * drawn by `renderEnd`; the room is in LiveKit's `RoomContext`.
 */
export function VideoCallRoom(props: VideoCallRoomProps): JSX.Element {
  const call = useCall(props);
  const { onDisconnect, onChange } = props;
  const { end } = call;
  const told = useRef(false);
  useEffect(() => onChange?.(call), [call.answer, call.call, call.screen, call.media]);
  useEffect(() => {
    if (!end) told.current = false;
    else if (!told.current) {
      told.current = true;
      onDisconnect?.(end);
    }
  }, [end !== null]);

  const labels = props.labels ?? enLabels;
  const section = useRef<HTMLElement>(null);
  // The button that led here is gone with its page: its focus goes to the call, whose controls come next.
  useEffect(() => {
    if (document.activeElement === document.body) section.current?.focus({ preventScroll: true });
  }, []);

  return (
    <LabelsContext value={labels}>
      <section
        ref={section}
        className="lt-call"
        data-screen={call.screen}
        tabIndex={-1}
        aria-label={labels.callWith(call.partner?.name ?? null)}
      >
        <Body {...props} current={call} />
      </section>
    </LabelsContext>
  );
}

/** The way out after a failure: nobody is left waiting behind it. */
function leaveBy({ current, onLeave }: { current: Call; onLeave?: (() => void) | undefined }) {
  if (!onLeave) return undefined;
  return (): void => {
    current.giveUp();
    onLeave();
  };
}

function Body(props: VideoCallRoomProps & { current: Call }): ReactNode {
  const [closed, setClosed] = useState(false);
  const { current } = props;
  if (current.screen === 'failed')
    return (
      <Failed
        problem={current.problem}
        onRetry={current.join}
        onLeaveOther={current.leaveOther}
        onTopUp={props.onTopUp}
        onLeave={leaveBy(props)}
      />
    );
  if (current.screen === 'duplicate') return <Duplicate onUseHere={current.join} onLeave={props.onLeave} />;
  if (current.end) {
    if (props.renderEnd) return props.renderEnd(current.end, current);
    return closed ? null : <EndCard end={current.end} onClose={() => setClosed(true)} />;
  }
  return <Stage {...props} />;
}

/** The partner's name: the server's word, else whom LiveKit says is there. */
function nameOf(call: Call, labels: Labels): string {
  const others = [...(call.room?.remoteParticipants.values() ?? [])];
  if (call.partner) return call.partner.name;
  return others.map((other) => other.name || other.identity).join(', ') || labels.partner;
}

/** In a call of several no one of them is the partner. */
function groupOf(room: Room | null, labels: Labels): string | undefined {
  const others = room?.remoteParticipants.size ?? 0;
  return others > 1 ? labels.people(others + 1) : undefined;
}

function beatsOf(call: Call): readonly number[] {
  const wanted = call.partner?.personId;
  for (const [identity, beats] of call.beats) {
    if (wanted === undefined || identity === wanted || identity.startsWith(`${wanted}~`)) return beats;
  }
  return [];
}

/** Since when the server is away, and the deadline that still holds. */
function awayOf(call: Call, labels: Labels): Parameters<Labels['serverAway']>[0] {
  const until = call.screen === 'partner_reconnecting' ? call.call?.graceUntil : null;
  return {
    since: formatTimeOfDay(call.serverAwayAt ?? Date.now(), labels.language),
    until: until ? formatTimeOfDay(Date.parse(until) - call.clockOffsetMs, labels.language) : null,
    name: nameOf(call, labels),
  };
}

function Stage(props: VideoCallRoomProps & { current: Call }): JSX.Element {
  const { current } = props;
  const labels = useLabels();
  const { room } = current;
  const beats = beatsOf(current);
  const proof = current.partner?.lastProofAt;
  const proofAt = proof ? Date.parse(proof) - current.clockOffsetMs : null;
  const lastProofAt = beats.length > 0 ? Math.max(beats.at(-1) ?? 0, proofAt ?? 0) : proofAt;
  const shared = {
    screen: current.screen,
    name: nameOf(current, labels),
    group: groupOf(room, labels),
    known: current.partner !== null,
    partnerId: current.partner?.personId,
    ringing: current.ringing,
    cutOffAt: current.cutOffAt ?? current.mediaAwayAt,
    serverAwayAt: current.serverAwayAt,
    away: current.partner?.away,
    beats,
    lastProofAt: lastProofAt === null ? null : Math.min(lastProofAt, Date.now()),
    call: current.call,
    clockOffsetMs: current.clockOffsetMs,
    balance: props.balance,
    onTopUp: props.onTopUp,
    onEnd: current.hangUp,
  };
  if (!room) return <StageFrame {...shared} />;
  return (
    <RoomContext value={room}>
      <StageFrame
        {...shared}
        tiles={<Tiles room={room} beats={current.beats} renderGroup={props.renderGroup} />}
        self={<FloatingSelf room={room} />}
        dock={
          <Dock
            room={room}
            onHangUp={current.hangUp}
            onNext={props.onNext}
            isNextPending={props.isNextPending}
            chat={props.chat}
            menu={props.menu}
          />
        }
        notice={
          <>
            <StartAudio room={room} />
            <Sharing room={room} />
            <FrozenNotice current={current} />
            {current.serverAwayAt !== null && (
              <Notice text={labels.serverAway(awayOf(current, labels))} testId="server-away" />
            )}
            {current.serverAwayAt === null && current.mediaProblem !== null && (
              <Notice
                text={labels.noMedia(current.mediaProblem)}
                testId="media-problem"
                onDismiss={current.dismissMediaProblem}
              />
            )}
          </>
        }
      />
      <RoomAudioRenderer room={room} />
    </RoomContext>
  );
}

/** Picture and sound that stand still are said on both sides, with the way to end the call. */
function FrozenNotice({ current }: { current: Call }): JSX.Element | null {
  const labels = useLabels();
  const frozen = frozenOf(current.frozen, current.answer?.identity ?? null);
  const isTogether = current.screen === 'live' || current.screen === 'partner_suspected';
  if (frozen === null || !isTogether || current.serverAwayAt !== null) return null;
  const { whose, paused } = frozen;
  const meter = current.call?.meter ? (paused ? 'paused' : 'runs') : null;
  const text = labels.frozen({ whose, name: nameOf(current, labels), meter });
  const action = { label: labels.endNow, onPress: current.hangUp };
  return <Notice text={text} testId="media-frozen" action={action} />;
}

/** Whoever shares the screen does not see it among the pictures: it is said, with the way to stop. */
function Sharing({ room }: { room: Room }): JSX.Element | null {
  const labels = useLabels();
  const share = useTrackToggle({ source: Track.Source.ScreenShare, room });
  if (!share.enabled) return null;
  const stop = { label: labels.shareOff, onPress: () => void share.toggle() };
  return <Notice text={labels.sharing} testId="sharing" action={stop} />;
}

/** Browsers keep pages silent until the person acts: then one button turns the sound on. */
function StartAudio({ room }: { room: Room }): JSX.Element | null {
  const labels = useLabels();
  const { canPlayAudio, startAudio } = useAudioPlayback(room);
  if (canPlayAudio) return null;
  return (
    <button type="button" className="lt-button lt-primary lt-start-audio" onClick={() => void startAudio()}>
      <SoundIcon /> {labels.startAudio}
    </button>
  );
}
