import { grouped } from '../kernel/grouped.ts';
import { totalMs, unionSpans } from '../kernel/spans.ts';
import type { Interval } from '../presence/index.ts';
import { isAttended, presentSpans } from '../presence/index.ts';
import { meetingOf } from './meetings.ts';

/** A meeting in the names and units of Daily's `/meetings`: instants are seconds since 1970, durations seconds. */
export interface DailyMeeting {
  readonly id: string;
  readonly room: string;
  readonly start_time: number;
  readonly duration: number;
  readonly ongoing: boolean;
  /** How many people were there at one time, at most. */
  readonly max_participants: number;
  readonly participants: readonly DailyParticipant[];
}

/** One coming into a meeting: whoever comes back is there again. */
export interface DailyParticipant {
  readonly user_id: string | null;
  readonly participant_id: string;
  readonly user_name: string | null;
  readonly join_time: number;
  readonly duration: number;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** Meetings as Daily tells them, the newest first; recorders and agents are nobody (ATT-17). */
export function dailyMeetings(
  intervals: readonly Interval[],
  { untilAt, roomOf }: { readonly untilAt: number; readonly roomOf: (livekitName: string) => string },
): DailyMeeting[] {
  const meetings = grouped(intervals.filter(isAttended), meetingOf);
  return [...meetings]
    .map(([id, its]) => ({ id, its: its.toSorted(byJoining) }))
    .toSorted((a, b) => -byJoining(first(a.its), first(b.its)))
    .map(({ id, its }) => asDaily(id, its, { untilAt, room: roomOf(first(its).roomName) }));
}

function asDaily(
  id: string,
  intervals: readonly Interval[],
  { untilAt, room }: { untilAt: number; room: string },
): DailyMeeting {
  const startedAt = first(intervals).joinedAt;
  const endsAt = Math.max(...intervals.map(({ leftAt }) => leftAt ?? untilAt));
  return {
    id,
    room,
    start_time: seconds(startedAt),
    duration: seconds(Math.max(0, endsAt - startedAt)),
    ongoing: intervals.some(({ leftAt }) => leftAt === null),
    max_participants: mostAtOnce(intervals, untilAt),
    participants: intervals.map((one) => ({
      user_id: one.personId ?? (one.identity === '' ? null : one.identity),
      participant_id: one.participantSid,
      user_name: one.name === '' ? null : one.name,
      join_time: seconds(one.joinedAt),
      duration: seconds(totalMs(presentSpans(one, untilAt))),
    })),
  };
}

/** Of people, not of devices. Whoever was there for no time at all was there once. */
function mostAtOnce(intervals: readonly Interval[], untilAt: number): number {
  const byPerson = grouped(intervals, ({ personId, identity }) => personId ?? identity);
  const edges = [...byPerson.values()]
    .flatMap((its) => unionSpans(...its.map((each) => presentSpans(each, untilAt))))
    .flatMap(([fromAt, toAt]) => [
      { at: fromAt, step: 1 },
      { at: toAt, step: -1 },
    ])
    .toSorted((a, b) => a.at - b.at || a.step - b.step);
  let there = 0;
  let most = 1;
  for (const { step } of edges) {
    there += step;
    most = Math.max(most, there);
  }
  return most;
}

function first(intervals: readonly Interval[]): Interval {
  const [one] = intervals;
  if (!one) throw new Error('A meeting in which nobody was is none.');
  return one;
}

function byJoining(a: Interval, b: Interval): number {
  return a.joinedAt - b.joinedAt || (a.participantSid < b.participantSid ? -1 : 1);
}
