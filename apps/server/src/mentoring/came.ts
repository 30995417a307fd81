import type { Interval, Span } from '@latido/core';
import {
  attend,
  intersectSpans,
  isAttended,
  presentSpans,
  standingVerdict,
  totalMs,
  unionSpans,
  verdictOnComing,
} from '@latido/core';
import type { SessionComing } from '@latido/protocol';
import { messagesIn } from '../chat/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { intervalsOfRoom } from '../presence/index.ts';
import { correctionsOf } from './corrections.ts';
import { guestIdsOf } from './guest-room.ts';
import { entriesOf } from './lobby-store.ts';
import { namesOf } from './may.ts';
import type { SeatRow } from './seats.ts';
import { roomOfSession } from './start.ts';
import type { BookingRow } from './store.ts';

/** Who was in a session's room when: all its calls, if everybody had left and somebody came back. */
export interface RoomRecord {
  readonly intervals: readonly Interval[];
  /** How long somebody and the mentor were there at once. */
  metMs(personId: string): number;
  readonly everEntered: boolean;
  /** Until when the mentor was there; their start where they never were. */
  readonly mentorUntil: number;
}

/** Reads a session's room, up to an instant. */
export async function recordOf(db: DbOrTx, booking: BookingRow, untilAt: number): Promise<RoomRecord> {
  const all = await intervalsOfRoom(db, roomOfSession(booking.id));
  const intervals = all.filter((each) => each.callId !== null && isAttended(each));
  const spansOf = (personId: string): Span[] =>
    unionSpans(
      ...intervals.filter((each) => each.personId === personId).map((each) => presentSpans(each, untilAt)),
    );
  const mentor = spansOf(booking.mentorId);
  return {
    intervals,
    metMs: (personId) => totalMs(intersectSpans(mentor, spansOf(personId))),
    everEntered: intervals.length > 0,
    mentorUntil: mentor.at(-1)?.[1] ?? booking.startedAt?.getTime() ?? 0,
  };
}

const instant = (ms: number): string => new Date(ms).toISOString();

/** How everybody of a session that is over came to it (MENTOR-20). */
export async function comingOf(
  db: DbOrTx,
  booking: BookingRow,
  seats: readonly SeatRow[],
): Promise<SessionComing[]> {
  const endedAt = booking.endedAt?.getTime() ?? booking.endsAt.getTime();
  const record = await recordOf(db, booking, endedAt);
  const callIds = [...new Set(record.intervals.flatMap(({ callId }) => callId ?? []))];
  const messages = await messagesIn(db, { callIds });
  const lines = attend(record.intervals, { untilAt: endedAt, messages });
  const entries = await entriesOf(db, booking.id);
  const guests = entries.filter(({ state }) => state === 'admitted' || state === 'removed');
  const mentees = [...seats.filter(({ leftAt }) => leftAt === null), ...guests].map(
    ({ personId }) => personId,
  );
  const ids = [booking.mentorId, ...new Set(mentees)];
  const nameOf = await namesOf(db, ids);
  const visitors = await guestIdsOf(db, booking.id);
  const corrected = await correctionsOf(db, booking.id);
  return ids.map((personId) => {
    const line = lines.find((each) => each.personId === personId);
    const entry = entries.find((each) => each.personId === personId);
    const corrections = corrected.get(personId) ?? [];
    const isMentor = personId === booking.mentorId;
    const togetherMs = isMentor ? (line?.togetherMs ?? 0) : record.metMs(personId);
    const waitedMs = Number(entry?.waitedMs ?? 0n);
    const at = (ms: number | null | undefined) => (ms == null ? null : new Date(ms).toISOString());
    const foundVerdict = verdictOnComing({
      startsAt: booking.startsAt.getTime(),
      endedAt: Math.min(endedAt, booking.endsAt.getTime()),
      firstJoinAt: line?.firstJoinAt ?? null,
      lastLeaveAt: line?.lastLeaveAt ?? null,
      togetherMs,
      waitedMs,
      isDenied: entry?.state === 'denied',
    });
    return {
      personId,
      name: nameOf(personId),
      isGuest: visitors.has(personId),
      verdict: standingVerdict(foundVerdict, corrections),
      foundVerdict,
      corrections: [...corrections],
      firstJoinAt: at(line?.firstJoinAt),
      lastLeaveAt: at(line?.lastLeaveAt),
      presentMs: line?.presentMs ?? 0,
      togetherMs,
      waitedMs,
      waits: (entry?.waits ?? []).map(([from, to]) => ({ from: instant(from), to: instant(to) })),
      cameraMs: line?.cameraMs ?? 0,
      microphoneMs: line?.microphoneMs ?? 0,
      screenMs: line?.screenMs ?? 0,
      messages: messages.get(personId) ?? 0,
    };
  });
}
