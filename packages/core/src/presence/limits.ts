/** LiveKit cuts `createdAt` to the second: the event happened at most this much later. */
export const CREATED_AT_CUT_MS = 999;

/** LiveKit needs 20.2–22.1 s to notice a client that vanished (26 of 26 runs): its createdAt is 19.5–21.6 s late. */
export const LIVEKIT_NOTICES_AFTER_MS = 20_000;
/** Within this time before a CONNECTION_TIMEOUT our own last proof is better than reckoning back. */
export const LIVEKIT_NOTICES_WITHIN_MS = 22_000;

/** A `bye` and LiveKit's clean word are of one leaving when they lie no farther apart than this. */
export const ONE_LEAVING_MS = 5_000;

/**
 * How much later than `room_finished` a beat must be to refute it. The cut second and a beat on its way come
 * after a true end as well.
 */
export const ROOM_FINISHED_REFUTED_AFTER_MS = 2_000;

/** A DUPLICATE_IDENTITY names as successor only a sid that joined within this time of the end. */
export const SUCCESSOR_WITHIN_MS = 60_000;

/** Beats of a paid call; a closer watch costs little, and money hangs on it. */
export const PAID_BEAT_EVERY_MS = 500;
/** Beats of every other call. */
export const FREE_BEAT_EVERY_MS = 2_000;

/** Slack for one beat that is late on its way. */
export const BEAT_SLACK_MS = 300;

/**
 * Silence of our own socket after which a person is suspected: we ask everybody, the page shows a grey dot.
 *
 * One and a half beats, at least a second: a single lost packet must not start a poll, and asking early costs
 * nothing but a request.
 */
export function suspectedAfterMs(beatEveryMs: number): number {
  return Math.max(1.5 * beatEveryMs, 1_000) + BEAT_SLACK_MS;
}

/**
 * Silence of our own socket after which a person is unreachable: the partner sees a countdown, the meter pauses.
 *
 * LiveKit needs 20 s to notice a dead browser, far past our 3 s promise. Beats come every 500 ms, so this is
 * five lost in a row; one lost packet on a train must not interrupt a paid call. Being wrong here costs a scare,
 * being wrong in LEFT_AFTER_MS costs the place in the call: hence two numbers. It was 2.8 s: with a tick, a frame on its way
 * and a page on a busy machine that was 3.0 to 3.2 s of a picture that stands.
 */
export const UNREACHABLE_AFTER_MS = 2_500;

/** The same for any beat: at 2 s a beat, three must be missing. */
export function unreachableAfterMs(beatEveryMs: number): number {
  return Math.max(UNREACHABLE_AFTER_MS, 3 * beatEveryMs + BEAT_SLACK_MS);
}

/** A socket that closed and did not come back for this long is dead: a watchdog reopens a living one within 1 s. */
export const CLOSED_IS_DEAD_AFTER_MS = 1_200;

/** The partner's eyes: without packets for this long, they see nobody. */
export const MEDIA_QUIET_AFTER_MS = 1_500;

/** R23: what the partner's eyes alone prove is paid for so long beyond somebody's own last word. */
export const SEEN_IS_PAID_MS = 3_000;

/** F5: the partner could see nothing anyway (all muted), so that only our socket can tell: be slower. */
export const BLIND_UNREACHABLE_AFTER_MS = 8_000;
/** F5, after a close of the socket: a browser that was killed closes it within 0.1 s, and must be told in two seconds. */
export const BLIND_CLOSED_AFTER_MS = 1_700;

/** F12: nothing of theirs has come for so long since the last report of it, which is three seconds with its beat. */
export const FROZEN_AFTER_MS = 2_500;
/** F12: their own stack has heard nothing of LiveKit for so long, though it sends: it agrees that nothing arrives. */
export const OWN_STACK_QUIET_MS = 2_000;

/**
 * F25: a picture that stands by both sides' word, and costs nothing, may do so for this long in the last {@link STOPPED_WITHIN_MS}: its
 * page may say so and hear on. Longer than LiveKit tries to mend a line, and than the 55 s without UDP after which pictures came back.
 */
export const STOPPED_SUM_MS = 90_000;
/** F25: see {@link STOPPED_SUM_MS}. */
export const STOPPED_WITHIN_MS = 600_000;

/** F12: a page that has just begun to look is given this long until media reaches it; that it sees nothing till then says nothing. */
export const NEW_EYES_MS = 5_000;

/** F19: unreachable to us for so long while LiveKit has them still: media goes on, and no meter. */
export const SHUT_OUT_AFTER_MS = 5_000;
/**
 * F22: so much unheard in several silences of the last minute. One silence is over before it is long enough when a beat comes
 * every few seconds, and the meter had rested all the time. More than the 7.5 s of one silence: a train goes through two tunnels.
 */
export const SHUT_OUT_SUM_MS = 10_000;
/** F22: see {@link SHUT_OUT_SUM_MS}. */
export const SHUT_OUT_WITHIN_MS = 60_000;

/** F1: a page that left is given this long to be a reload. */
export const PAGE_LEFT_UNREACHABLE_AFTER_MS = 2_000;
/**
 * F1: so long after the last proof a newer sid excuses silence that LiveKit has not named: its webhook takes a second, and if it is
 * lost a list of every two seconds has it.
 */
export const SAID_FOLLOWS_MS = 5_000;
/** F1: and this long until it has left. */
export const PAGE_LEFT_LEFT_AFTER_MS = 10_000;

/** F1: what a page had said before it went may come this much later, on another connection than its goodbye. */
export const PAGE_GOES_MS = 500;

/** F9: the interval closes this long after the last proof on any path. The call's grace is another thing. */
export const LEFT_AFTER_MS = 15_000;

/**
 * F18: how long before an outage of LiveKit the last proof of those may lie whom it took: a beat is late by half a second,
 * and that LiveKit is silent is seen by a look each half second that may take two.
 */
export const OUTAGE_SEEN_WITHIN_MS = 3_000;

/** F18: so long after LiveKit answers again nobody is missed: pages are back in three to five seconds. */
export const BACK_AFTER_OUTAGE_MS = 10_000;

/** F9, F13: two polls without somebody count when they are this far apart: one list may lag. */
export const ABSENT_TWICE_MS = 2_000;

/** F10: nothing is active for ever; this holds even while every other verdict is held back. */
export const NEVER_LONGER_THAN_MS = 120_000;

/**
 * F13: how long the lists of our LiveKit, or its silence, count for nothing against somebody in no call: webhooks of
 * another LiveKit come by a key of their own, and its rooms are not in our lists. Long, but not for ever.
 */
export const NEVER_LISTED_FOR_MS = 2 * 3_600_000;

/** F6: a tick that comes later than this says more of us than of anybody we watch. */
export const TICK_LATE_MS = 300;
/** F6: so many at once, within so long, are our own trouble until somebody answers. */
export const DISTRUST_COUNT = 5;
/** F6: so large a part of all who are watched; see {@link DISTRUST_COUNT}. */
export const DISTRUST_SHARE = 0.3;
/** F6: within how long; see {@link DISTRUST_COUNT}. */
export const DISTRUST_WITHIN_MS = 5_000;

/** F7: after our own start nobody is judged for this long; browsers need it to come back. */
export const START_GRACE_MS = 10_000;

/**
 * How often the last proof of everybody who beats is written down beside the log. The log itself gets a proof at a change
 * of state, at a due point, at the end: a fact a person and five seconds was two thirds of what a call cost.
 */
export const PROOF_EVERY_MS = 4_000;
/** Being listed enters the log this often for those who send no beats. */
const LISTED_EVERY_MS = 60_000;
/** In a call: what no list proves is not paid when a server of ours dies and whoever went meanwhile is never told of. */
export const LISTED_IN_CALL_EVERY_MS = 20_000;

/** How often being listed enters the log, of somebody who sends no beats. */
export function listedEveryMs(callId: string | null): number {
  return callId === null ? LISTED_EVERY_MS : LISTED_IN_CALL_EVERY_MS;
}
