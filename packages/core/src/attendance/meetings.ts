import { grouped } from '../kernel/grouped.ts';
import type { Interval } from '../presence/index.ts';
import { isAttended } from '../presence/index.ts';
import { attend, type Attendance } from './attend.ts';

/** One meeting: a call, or else one room of LiveKit from its opening to its end. Instants are epoch ms. */
export interface Meeting {
  /** The call's id, else the room's sid. */
  readonly id: string;
  /** LiveKit's name of its room. */
  readonly roomName: string;
  readonly callId: string | null;
  /** The first arrival. */
  readonly startedAt: number;
  /** The last leaving; null while anybody is there. */
  readonly endedAt: number | null;
  /** From the first arrival to the last leaving, or to the instant of asking. */
  readonly durationMs: number;
  /** Whoever was there, each once, by arrival. */
  readonly people: readonly Attendance[];
}

/** Which meeting an interval belongs to. A room whose sid was never told is one for each who was in it. */
export function meetingOf({ callId, roomSid, participantSid }: Interval): string {
  return callId ?? (roomSid === '' ? participantSid : roomSid);
}

/** Puts intervals together into meetings, the newest first; a meeting in which nobody was is none. */
export function meetingsOf(intervals: readonly Interval[], { untilAt }: { untilAt: number }): Meeting[] {
  const meetings = grouped(intervals.filter(isAttended), meetingOf);
  return [...meetings]
    .map(([id, its]) => asMeeting(id, its, untilAt))
    .toSorted((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
}

function asMeeting(id: string, intervals: readonly Interval[], untilAt: number): Meeting {
  const people = attend(intervals, { untilAt });
  const startedAt = Math.min(...intervals.map(({ joinedAt }) => joinedAt));
  const isOpen = intervals.some(({ leftAt }) => leftAt === null);
  const endsAt = Math.max(...intervals.map(({ leftAt }) => leftAt ?? untilAt));
  return {
    id,
    roomName: intervals[0]?.roomName ?? '',
    callId: intervals[0]?.callId ?? null,
    startedAt,
    endedAt: isOpen ? null : endsAt,
    durationMs: Math.max(0, endsAt - startedAt),
    people,
  };
}
