import { CREATED_AT_CUT_MS } from './limits.ts';

/** From here on a clock that is off is an alarm; it is corrected below it, too. */
export const CLOCK_ALARM_MS = 2_000;

/** LiveKit drops what waited 30 s and gives up after 26 s of tries: nothing that is older is only late. */
const DELIVERED_WITHIN_MS = 90_000;
/** So many words, over so long and alike to a delivery's time, are no late deliveries any more. */
const ALL_LATE_COUNT = 5;
const ALL_LATE_OVER_MS = 60_000;
const DELIVERIES_DIFFER_MS = 60_000;

/** What LiveKit's words of some moment say of how far its clock is ahead of ours. Behind is negative. */
export interface ClockWord {
  /** Our clock, of the last of them. */
  readonly receivedAt: number;
  readonly count: number;
  /** What they name had happened when they came: it is ahead by no less. */
  readonly atLeastMs: number;
  /** What they name came after something that we know of: it is ahead by no more. */
  readonly atMostMs: number;
  /** The `atLeastMs` of the latest delivery among them. */
  readonly latestMs: number;
  /** One of them is about a call that goes on: nobody sends those again by hand. */
  readonly isOfOpenCall: boolean;
}

/** Instants by LiveKit's clock, in epoch ms; null where it does not say. */
export interface ClockSaid {
  /** The event's making, cut to the second. */
  readonly createdAt: number | null;
  readonly joinedAt: number | null;
  readonly roomMadeAt: number | null;
}

/**
 * Reads one word. `call` is the call that the room was made for: neither the room nor anybody in it was there before.
 *
 * @returns null when it names no instant
 */
export function clockWord(
  { createdAt, joinedAt, roomMadeAt }: ClockSaid,
  { receivedAt, call }: { receivedAt: number; call: { createdAt: number; isOpen: boolean } | null },
): ClockWord | null {
  const saidAt = createdAt ?? joinedAt;
  if (saidAt === null) return null;
  // What happened before and is named later is of a clock that has been set back since.
  const isOfThisClock = (at: number | null): at is number => at !== null && at <= latestReading(saidAt);
  const happened = [saidAt, joinedAt].filter(isOfThisClock);
  const made = [roomMadeAt].filter(isOfThisClock);
  const atLeastMs = Math.max(...happened, ...made) - receivedAt;
  // Whatever was cut to the second may have been so much later.
  const earliest = [...happened, ...made].map(latestReading);
  return {
    receivedAt,
    count: 1,
    atLeastMs,
    atMostMs: call === null ? Infinity : Math.max(atLeastMs, Math.min(...earliest) - call.createdAt),
    latestMs: atLeastMs,
    isOfOpenCall: call?.isOpen ?? false,
  };
}

/** LiveKit's answer to the question what time it is, as HTTP has it in `Date`. Epoch ms. */
export interface TimeSaid {
  /** Our clock, before we asked. */
  readonly askedAt: number;
  /** Our clock, after it had answered. */
  readonly answeredAt: number;
  /** LiveKit's clock, cut to the second. */
  readonly saidAt: number;
}

/** The same as a word: this one has bounds on both sides, whatever happens in rooms. */
export function timeWord({ askedAt, answeredAt, saidAt }: TimeSaid): ClockWord {
  const atLeastMs = saidAt - answeredAt;
  const atMostMs = Math.max(atLeastMs, saidAt + CREATED_AT_CUT_MS - askedAt);
  return { receivedAt: answeredAt, count: 1, atLeastMs, atMostMs, latestMs: atLeastMs, isOfOpenCall: false };
}

/** Whether no clock says both: it was set between them. */
export function contradict(one: ClockWord, other: ClockWord): boolean {
  return Math.max(one.atLeastMs, other.atLeastMs) > Math.min(one.atMostMs, other.atMostMs);
}

function latestReading(at: number): number {
  return at % 1_000 === 0 ? at + CREATED_AT_CUT_MS : at;
}

/** Words of one moment as one. */
export function joinClockWords(one: ClockWord, other: ClockWord): ClockWord {
  return {
    receivedAt: Math.max(one.receivedAt, other.receivedAt),
    count: one.count + other.count,
    atLeastMs: Math.max(one.atLeastMs, other.atLeastMs),
    atMostMs: Math.min(one.atMostMs, other.atMostMs),
    latestMs: Math.min(one.latestMs, other.latestMs),
    isOfOpenCall: one.isOfOpenCall || other.isOfOpenCall,
  };
}

/**
 * How far LiveKit's clock is ahead of ours (behind: negative): the least that explains what it said. A late delivery
 * looks like a clock that is behind, so that only what no delivery explains counts as one. Words that contradict newer
 * ones, or two moments of newer ones by more than a delivery takes, are of before its clock was set.
 *
 * @param words in the order in which they came
 */
export function clockOffsetMs(words: readonly ClockWord[]): number {
  let read: ClockWord | null = null;
  let fromAt = 0;
  for (const [moments, word] of words.toReversed().entries()) {
    const more: ClockWord = read === null ? word : joinClockWords(read, word);
    if (read !== null && more.atLeastMs > more.atMostMs) break;
    // One moment alone may be ours: a process that was stopped reads late what had come in time.
    const isSet = read !== null && moments >= 2 && word.atLeastMs - read.atLeastMs > DELIVERED_WITHIN_MS;
    if (isSet) break;
    [read, fromAt] = [more, word.receivedAt];
  }
  if (read === null) return 0;
  const { atLeastMs, atMostMs } = read;
  if (atLeastMs > 0) return atLeastMs;
  if (isBehind(read, fromAt)) return atLeastMs;
  return Math.min(0, atMostMs);
}

/** Whether the fastest of the deliveries is too late for one. */
function isBehind(
  { atLeastMs, latestMs, isOfOpenCall, count, receivedAt }: ClockWord,
  fromAt: number,
): boolean {
  if (isOfOpenCall && atLeastMs < -DELIVERED_WITHIN_MS) return true;
  const areAlike = atLeastMs - latestMs <= DELIVERIES_DIFFER_MS;
  const areMany = count >= ALL_LATE_COUNT && receivedAt - fromAt >= ALL_LATE_OVER_MS;
  return areMany && areAlike && atLeastMs <= -CLOCK_ALARM_MS;
}
