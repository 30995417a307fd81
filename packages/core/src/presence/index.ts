export {
  participantSaid,
  personOfIdentity,
  type FactSource,
  type Fact,
  type NewFact,
  type ParticipantSaid,
} from './fact.ts';
export {
  isAttended,
  isPersonKind,
  presentSpans,
  isByMediaServer,
  whyGone,
  withSteadyProof,
  type IntervalState,
  type LeftReason,
  type Interval,
} from './interval.ts';
export {
  CREATED_AT_CUT_MS,
  LIVEKIT_NOTICES_AFTER_MS,
  LIVEKIT_NOTICES_WITHIN_MS,
  ONE_LEAVING_MS,
  ROOM_FINISHED_REFUTED_AFTER_MS,
  SUCCESSOR_WITHIN_MS,
  PAID_BEAT_EVERY_MS,
  FREE_BEAT_EVERY_MS,
  BEAT_SLACK_MS,
  suspectedAfterMs,
  UNREACHABLE_AFTER_MS,
  unreachableAfterMs,
  CLOSED_IS_DEAD_AFTER_MS,
  MEDIA_QUIET_AFTER_MS,
  BLIND_UNREACHABLE_AFTER_MS,
  BLIND_CLOSED_AFTER_MS,
  PAGE_LEFT_UNREACHABLE_AFTER_MS,
  PAGE_LEFT_LEFT_AFTER_MS,
  NEW_EYES_MS,
  PAGE_GOES_MS,
  SEEN_IS_PAID_MS,
  LEFT_AFTER_MS,
  BACK_AFTER_OUTAGE_MS,
  OUTAGE_SEEN_WITHIN_MS,
  ABSENT_TWICE_MS,
  NEVER_LONGER_THAN_MS,
  TICK_LATE_MS,
  DISTRUST_COUNT,
  DISTRUST_SHARE,
  DISTRUST_WITHIN_MS,
  START_GRACE_MS,
  PROOF_EVERY_MS,
  LISTED_IN_CALL_EVERY_MS,
  listedEveryMs,
  NEVER_LISTED_FOR_MS,
} from './limits.ts';
export {
  CLOCK_ALARM_MS,
  clockOffsetMs,
  clockWord,
  contradict,
  joinClockWords,
  timeWord,
  type ClockSaid,
  type ClockWord,
  type TimeSaid,
} from './clock.ts';
export {
  ONE_CLOCK_MS,
  offsetOf,
  offsetOfWord,
  withOffset,
  type ClockStretch,
  type InstantBounds,
} from './clock-stretches.ts';
export { countedOf, heardOnUntil, stillUnpaid, unheardUntil } from './unheard.ts';
export type { Unpaid } from './unheard.ts';
export { atEaseUntil } from './at-ease.ts';
export { judgeMedia } from './frozen.ts';
export { lastMediaAt } from './last-media.ts';
export { publishedSpans, type MediaKind, type TrackSaid } from './tracks.ts';
export { absorb, noEvidence } from './evidence.ts';
export type { Evidence } from './evidence.ts';
export { FOLD_EDITION } from './edition.ts';
export { BY_LIVEKIT, resolve } from './resolve.ts';
export { distrust, isLostWithLivekit, judge } from './judge.ts';
export type { Tick } from './judge.ts';
export { MEDIA_SERVER, NO_SIGHT, pageLeftOf } from './watch.ts';
export type { Outage, Sight, Verdict, Watch, WatchState } from './watch.ts';
