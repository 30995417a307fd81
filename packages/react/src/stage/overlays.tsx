import { useEffect, useRef, type JSX, type ReactNode } from 'react';
import type { CallState } from '@latido/protocol';
import { otherCallOf, type CallProblem } from '../call/problems.ts';
import type { CallEnd } from '../call/screen.ts';
import type { CallSum, Labels } from '../labels.ts';
import { useLabels } from '../labels-context.ts';
import { Countdown, useNow } from '../parts/countdown.tsx';
import { formatClock, secondsLeft } from '../parts/format.ts';
import { lastCoins } from './last-coins.ts';

/** What stands in the middle of the stage: one title, one sentence, at most a few buttons. */
export function Message(props: {
  title: string;
  text?: string | undefined;
  top?: ReactNode;
  children?: ReactNode;
  testId?: string;
  /** Whether it takes the place of the controls, and with it the focus that they had. */
  focus?: boolean;
}): JSX.Element {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (props.focus) title.current?.focus({ preventScroll: true });
  }, [props.focus]);
  return (
    <div className="lt-message" data-testid={props.testId}>
      {props.top}
      <h2 ref={title} tabIndex={-1}>
        {props.title}
      </h2>
      {props.text && <p>{props.text}</p>}
      {props.children && <div className="lt-message-actions">{props.children}</div>}
    </div>
  );
}

/** What the ring stands for where the server does not say when the grace began. */
const USUAL_GRACE_MS = 45_000;

/** Whether the viewer earns by this call: what they earned is theirs alone to see. */
const earnsBy = (call: CallState | null): boolean => call?.meter?.earned != null;

/** The partner may come back until the server's deadline; waiting costs nothing and one may leave at any moment. */
export function PartnerReconnecting(props: {
  name: string;
  call: CallState | null;
  clockOffsetMs: number;
  nowAt?: number | undefined;
  /** Whether they closed the page, which is no lost connection. */
  closed?: boolean | undefined;
  onEnd: () => void;
}): JSX.Element {
  const labels = useLabels();
  const { call, name } = props;
  const earns = earnsBy(call);
  const closed = props.closed === true;
  const title = closed ? labels.closedTitle(name) : labels.reconnectingTitle(name);
  const stopped = formatClock(call?.meter?.billableMs ?? call?.billableMs ?? 0);
  const ring = call?.graceUntil && (
    <div className="lt-ring-box">
      <Countdown
        untilAt={Date.parse(call.graceUntil)}
        totalMs={USUAL_GRACE_MS}
        clockOffsetMs={props.clockOffsetMs}
        nowAt={props.nowAt}
        label={title}
      />
      <span className="lt-fine">{labels.toComeBack}</span>
    </div>
  );
  return (
    <Message
      testId="partner-reconnecting"
      title={title}
      text={
        !call?.meter
          ? labels.reconnectingTextFree
          : earns
            ? labels.reconnectingTextEarner(stopped, name)
            : labels.reconnectingText(stopped, name)
      }
      top={ring}
    >
      <Action testId="end-now" onPress={props.onEnd}>
        {earns || !call?.meter ? labels.endNow : labels.endNowFree}
      </Action>
    </Message>
  );
}

function Leave({ onLeave }: { onLeave: (() => void) | undefined }): JSX.Element | null {
  const labels = useLabels();
  if (!onLeave) return null;
  return (
    <Action testId="leave" onPress={onLeave}>
      {labels.close}
    </Action>
  );
}

/** What can be done about it; the first of them stands out. */
function Action(props: {
  testId: string;
  isFirst?: boolean;
  onPress: (() => void) | undefined;
  children: string;
}): JSX.Element {
  return (
    <button
      type="button"
      className={props.isFirst ? 'lt-button lt-primary' : 'lt-button'}
      data-testid={props.testId}
      onClick={props.onPress}
    >
      {props.children}
    </button>
  );
}

/**
 * Why we are not in the call, and the way back; where coins are missing, to more of them, if the page has one; where another call keeps us
 * out, by ending that one.
 */
export function Failed(props: {
  problem: CallProblem | null;
  onRetry: () => void;
  onLeaveOther: () => void;
  onTopUp?: (() => void) | undefined;
  onLeave?: (() => void) | undefined;
}): JSX.Element {
  const labels = useLabels();
  const { problem } = props;
  const code = problem?.code ?? 'unexpected';
  const { required, missing } = problem?.extra ?? {};
  const text =
    code === 'balance' && typeof required === 'number' && typeof missing === 'number'
      ? labels.balanceMissing(required, missing)
      : labels.problem(code);
  const isShort = code === 'balance' && props.onTopUp !== undefined;
  const isElsewhere = otherCallOf(problem) !== null;
  const final = code === 'ended' || code === 'forbidden' || code === 'not_found';
  return (
    <div className="lt-centre" role="alert" data-testid="call-failed" data-code={code}>
      <Message title={labels.failedTitle} text={text} focus>
        {isShort && (
          <Action testId="top-up" isFirst onPress={props.onTopUp}>
            {labels.topUp}
          </Action>
        )}
        {isElsewhere && (
          <Action testId="leave-other" isFirst onPress={props.onLeaveOther}>
            {labels.leaveOther}
          </Action>
        )}
        {!final && (
          <Action testId="retry" isFirst={!isShort && !isElsewhere} onPress={props.onRetry}>
            {labels.retry}
          </Action>
        )}
        <Leave onLeave={props.onLeave} />
      </Message>
      {problem?.requestId && <p className="lt-fine">{labels.diagnostic(problem.requestId)}</p>}
    </div>
  );
}

/** The same person joined elsewhere: one place at a time. */
export function Duplicate(props: { onUseHere: () => void; onLeave?: (() => void) | undefined }): JSX.Element {
  const labels = useLabels();
  return (
    <div className="lt-centre" role="alert" data-testid="duplicate">
      <Message title={labels.duplicateTitle} text={labels.duplicateText} focus>
        <Action testId="use-here" isFirst onPress={props.onUseHere}>
          {labels.useHere}
        </Action>
        <Leave onLeave={props.onLeave} />
      </Message>
    </div>
  );
}

function sumOf(call: CallState | null): CallSum | null {
  if (!call?.meter) return null;
  const { settled } = call;
  const { earned } = call.meter;
  return { coins: earned ?? call.coins, earns: earned !== null, settled };
}

/** Why the call is over, in words: a title, and a sentence unless it was our own doing. */
export function toldOf(end: CallEnd, labels: Labels): { title: string; text: string | undefined } {
  const { call, partner, reason } = end;
  const name = partner?.name ?? labels.partner;
  const sum = sumOf(call);
  if (end.lost === 'me') return { title: labels.meLostTitle, text: labels.meLostText(sum) };
  if (end.lost === 'media') return { title: labels.mediaLostTitle, text: labels.mediaLostText(sum) };
  const unmet = call !== null && call.startedAt === null;
  if (end.by === 'me')
    return unmet && call.called != null && call.called === partner?.personId
      ? { title: labels.youCancelledTitle, text: labels.notMetText }
      : { title: labels.youEndedTitle, text: undefined };
  // Who was called and did not get in is not told that the caller did not answer.
  if (reason === 'no_answer' && call !== null && call.called !== partner?.personId)
    return { title: labels.goneTitle('expired', name), text: labels.goneText('expired') };
  if (!unmet || reason === 'parted' || reason === 'no_answer' || reason === 'expired' || reason === 'removed')
    return { title: labels.goneTitle(reason, name), text: labels.goneText(reason) };
  // Who was called and never came, but ended it, has said no.
  const called = call.called === null ? partner?.role === 'earner' : partner?.personId === call.called;
  const declined = reason === 'hung_up' && called && partner?.lastProofAt === null;
  return {
    title: declined ? labels.declinedTitle(name) : labels.notMetTitle(name),
    text: labels.notMetText,
  };
}

/** The plain end, for pages that draw none of their own. */
export function EndCard({ end, onClose }: { end: CallEnd; onClose: () => void }): JSX.Element {
  const labels = useLabels();
  const told = toldOf(end, labels);
  const testId = end.by === 'me' ? 'call-ended' : 'partner-gone';
  return (
    <div className="lt-centre" role="alert" data-testid={testId} data-reason={end.reason}>
      <Message {...told} focus>
        <button type="button" className="lt-button" onClick={onClose}>
          {labels.close}
        </button>
      </Message>
    </div>
  );
}

const THRESHOLDS_MS = [10_000, 30_000, 60_000, 120_000] as const;
const thresholdOf = (leftMs: number): number => THRESHOLDS_MS.find((ms) => leftMs <= ms) ?? leftMs;

/** A bar across the top while the balance runs out; the call goes on beneath it. */
export function BalanceBar(props: {
  call: CallState | null;
  clockOffsetMs: number;
  nowAt?: number | undefined;
  /** Whether the server's word is not to be had, or the meter rests for want of a connection. */
  isBlind?: boolean;
  /** How more coins come, if they can: the call goes on meanwhile. */
  onTopUp?: (() => void) | undefined;
}): JSX.Element | null {
  const labels = useLabels();
  const meter = props.call?.meter;
  const counts = meter?.finalAt != null && meter.available !== null;
  const now = useNow(500, counts && props.nowAt === undefined);
  const last = lastCoins(props.call, (props.nowAt ?? now) + props.clockOffsetMs, props.isBlind);
  if (!last) return null;
  const { out, leftMs, allowedMs } = last;
  return (
    <div className="lt-bar" data-testid={out ? 'out-of-balance' : 'low-balance'} data-out={out || undefined}>
      <span aria-hidden>
        {out
          ? labels.outOfBalance({ ...last, seconds: secondsLeft(leftMs) })
          : labels.lowBalance(formatClock(leftMs))}
      </span>
      {/* The figure that ticks is for the eyes; the ears are told at each threshold once. */}
      <span className="lt-sr" role="alert">
        {out
          ? labels.outOfBalance({ ...last, seconds: secondsLeft(allowedMs) })
          : labels.lowBalance(formatClock(thresholdOf(leftMs)))}
      </span>
      {props.onTopUp && (
        <button type="button" className="lt-bar-action" data-testid="top-up" onClick={props.onTopUp}>
          {labels.topUp}
        </button>
      )}
    </div>
  );
}
