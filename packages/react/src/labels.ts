import type { EndReason } from '@latido/protocol';
import type { MediaProblem } from './call/media-problem.ts';

/** Every word that the components say. Give your own by the prop `labels`; `enLabels` and `esLabels` come with us. */
export interface Labels {
  /** Of these words, in two letters: times of day are written as its readers write them. */
  readonly language: string;
  readonly connecting: string;
  readonly connectingText: string;
  readonly waiting: string;
  /** `name` is null while nobody knows who will come. */
  readonly waitingTitle: (name: string | null) => string;
  readonly waitingText: string;
  readonly waitingFree: string;
  /** While it rings at `name`: the title, and whether it reaches a page of theirs; `online` is null until that is known. */
  readonly ringingTitle: (name: string) => string;
  readonly ringingText: (ringing: { name: string; online: boolean | null; inCall: boolean }) => string;
  /** Under the seconds that it rings. */
  readonly toAnswer: string;
  readonly together: string;
  readonly suspected: string;
  readonly reconnecting: string;
  readonly gone: string;
  readonly partner: string;
  /** How many are in the call, oneself among them, where these are more than two. */
  readonly people: (count: number) => string;
  readonly you: string;
  readonly reconnectingTitle: (name: string) => string;
  readonly reconnectingText: (clock: string, name: string) => string;
  /** The same for who earns, and who does not pay for waiting anyway. */
  readonly reconnectingTextEarner: (clock: string, name: string) => string;
  readonly reconnectingTextFree: string;
  readonly endNowFree: string;
  readonly endNow: string;
  /** The partner closed the page (or reloads it), and may come back. */
  readonly closedTitle: (name: string) => string;
  readonly pageClosed: string;
  /** Under the seconds of the ring. */
  readonly toComeBack: string;
  readonly mediaAway: string;
  readonly mediaAwayTitle: string;
  readonly mediaAwayText: string;
  /** The same for who earns, and for a call without a meter. */
  readonly mediaAwayTextEarner: string;
  readonly mediaAwayTextFree: string;
  /** Whose picture and sound do not arrive; `meter` is null where there is none. */
  readonly frozen: (frozen: {
    whose: 'me' | 'partner';
    name: string;
    meter: 'paused' | 'runs' | null;
  }) => string;
  readonly meBackTitle: string;
  readonly meBackText: string;
  readonly meBackTextFree: string;
  readonly goneTitle: (reason: EndReason, name: string) => string;
  readonly goneText: (reason: EndReason) => string;
  /** It was our own connection that was lost, and what the call cost or brought: null without a meter. */
  readonly meLostTitle: string;
  readonly meLostText: (sum: CallSum | null) => string;
  readonly mediaLostTitle: string;
  readonly mediaLostText: (sum: CallSum | null) => string;
  /** A call that was over before both were in it: by who was called and never came, or by who had come. */
  readonly declinedTitle: (name: string) => string;
  readonly notMetTitle: (name: string) => string;
  readonly notMetText: string;
  readonly youEndedTitle: string;
  /** Of a call that had not begun: nobody had answered. */
  readonly youCancelledTitle: string;
  readonly close: string;
  readonly duplicateTitle: string;
  readonly duplicateText: string;
  readonly useHere: string;
  readonly failedTitle: string;
  readonly problem: (code: ProblemCode) => string;
  /** What the first unit costs, and how much of it is not there. */
  readonly balanceMissing: (required: number, missing: number) => string;
  /** Ends the other call that one is in, and comes into this one. */
  readonly leaveOther: string;
  readonly retry: string;
  readonly diagnostic: (id: string) => string;
  readonly micOn: string;
  readonly micOff: string;
  readonly cameraOn: string;
  readonly cameraOff: string;
  readonly shareOn: string;
  readonly shareOff: string;
  /** Said to who shares, who does not see it. */
  readonly sharing: string;
  readonly more: string;
  readonly microphone: string;
  readonly camera: string;
  readonly speaker: string;
  readonly noDevices: string;
  readonly hangUp: string;
  /** On to the next person, and the same with its key. */
  readonly next: string;
  readonly nextKey: string;
  /** Opens and closes the chat, with its key, and how many messages wait to be read. */
  readonly chat: (unread: number) => string;
  readonly controls: string;
  readonly selfView: string;
  readonly moveSelfView: string;
  readonly noCamera: string;
  readonly noMicrophone: string;
  readonly callWith: (name: string | null) => string;
  readonly elapsed: string;
  readonly spent: (coins: string) => string;
  readonly left: (coins: string) => string;
  readonly earned: (coins: string) => string;
  readonly price: (coins: string, increment: string) => string;
  readonly perMinute: string;
  readonly nextAt: (clock: string) => string;
  readonly paused: string;
  /** Where on the meter's clock the coins end: the next unit cannot be paid. */
  readonly paidUntil: (clock: string) => string;
  readonly free: string;
  readonly coins: (coins: string) => string;
  readonly lowBalance: (clock: string) => string;
  readonly topUp: string;
  /** `left` coins are not enough for the next unit, which costs `price`; `perMinute` where a unit is a minute. */
  readonly outOfBalance: (end: {
    seconds: number;
    left: number;
    price: number;
    perMinute: boolean;
    /** Others pay for themselves: the call goes on without the reader. */
    inGroup: boolean;
  }) => string;
  readonly startAudio: string;
  readonly noMedia: (problem: MediaProblem) => string;
  readonly dismiss: string;
  /** Since when nobody answers, as a time of day; and until when the partner may come back, where that is so. */
  readonly serverAway: (away: { since: string; until: string | null; name: string }) => string;
  /** Beside a meter that shows the server's last word. */
  readonly lastWord: string;
  readonly joined: (name: string) => string;
  readonly went: (name: string) => string;
  readonly trace: (name: string, alive: boolean) => string;
  /** What a call came to (`@latido/react/summary`). */
  readonly summary: SummaryLabels;
}

/** The words of a summary. */
export interface SummaryLabels {
  readonly together: string;
  readonly duration: string;
  readonly pauses: string;
  /** `price` is a figure, as its reader writes it. */
  readonly units: (of: { units: number; price: string; areMinutes: boolean }) => string;
  /** The same where no one price makes the sum: with a fee, or prices that change. */
  readonly counted: (of: { units: number; areMinutes: boolean }) => string;
  readonly earned: string;
  readonly balance: string;
  readonly counting: string;
}

/** What a call came to for the viewer, in coins: paid or earned. */
export interface CallSum {
  readonly coins: number;
  readonly earns: boolean;
  /** False while the last minute is being counted: no figure is said until it is. */
  readonly settled: boolean;
}

/** Why a call could not be joined, in words that we own: the SDK's own text may carry the token. */
export type ProblemCode =
  | 'sign_in'
  | 'forbidden'
  | 'balance'
  | 'ended'
  | 'elsewhere'
  | 'not_found'
  | 'media_server'
  | 'media_path'
  | 'network'
  | 'server_away'
  | 'rate_limited'
  | 'unexpected';
