/** State of a booking. The last three are final. */
export type BookingStatus = 'SCHEDULED' | 'IN_PROGRESS' | 'COMPLETED' | 'CANCELLED' | 'NO_SHOW';

/** A mentor opens the door a little before, as one does with a room. */
export const START_FROM_MS = 15 * 60_000;
/** Mentees have waited long enough then, and may go: the mentor did not come. */
export const NO_SHOW_AFTER_MS = 15 * 60_000;
/** An emptied room is a reload, a lost line or a short break; after that it was the end. */
export const EMPTY_FOR_MS = 5 * 60_000;

/** When a booking is. Instants are epoch ms. */
export interface Appointment {
  readonly status: BookingStatus;
  readonly startsAt: number;
  readonly endsAt: number;
}

/** Why a session cannot be started now; null when it can, or has been (MENTOR-6). */
export function faultOfStarting({ status, startsAt }: Appointment, now: number): 'too_early' | 'over' | null {
  if (status === 'IN_PROGRESS') return null;
  if (status !== 'SCHEDULED' || now >= startsAt + NO_SHOW_AFTER_MS) return 'over';
  return now < startsAt - START_FROM_MS ? 'too_early' : null;
}

/** Whether nobody has begun it, and nobody will (MENTOR-6). */
export function isNoShow({ status, startsAt }: Appointment, now: number): boolean {
  return status === 'SCHEDULED' && now >= startsAt + NO_SHOW_AFTER_MS;
}

/**
 * Whether everybody has left for good (MENTOR-7). `emptySince` is when the last person left, null while somebody is there;
 * before anybody came it is when the session was begun, and then its time has to be over, too.
 */
export function isDeserted(
  { status, endsAt }: Appointment,
  room: { emptySince: number | null; everEntered: boolean },
  now: number,
): boolean {
  if (status !== 'IN_PROGRESS' || room.emptySince === null) return false;
  const since = room.everEntered ? room.emptySince : Math.max(room.emptySince, endsAt);
  return now >= since + EMPTY_FOR_MS;
}

/** A reminder, by how long before. */
export type Reminder = 'day' | 'minutes';

/** How long before a session each reminder is told. */
export const REMIND_BEFORE_MS: Readonly<Record<Reminder, number>> = { day: 86_400_000, minutes: 600_000 };

/** Whether a reminder is due (MENTOR-11); `agreedAt` is when this time was booked or changed to. */
export function isReminderDue(
  which: Reminder,
  { status, startsAt, agreedAt }: Appointment & { agreedAt: number },
  now: number,
): boolean {
  const dueAt = startsAt - REMIND_BEFORE_MS[which];
  return status === 'SCHEDULED' && dueAt <= now && now < startsAt && agreedAt < dueAt;
}
