import { z } from 'zod';
import { SessionComing } from './coming.ts';
import { Coins, GivenInstant, Instant, page } from './calls.ts';

/** State of a booked session. The last three are final. */
export const BookingStatus = z.enum(['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'NO_SHOW']);
/** @see BookingStatus */
export type BookingStatus = z.infer<typeof BookingStatus>;

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** 1 is Monday, 7 (and 0) Sunday; names in English are understood as well. */
const Weekday = z
  .union([z.number().int().min(0).max(7), z.string().trim().toLowerCase().pipe(z.enum(DAYS))])
  .transform((day) => (typeof day === 'string' ? DAYS.indexOf(day) + 1 : day === 0 ? 7 : day));

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is HH:MM, e.g. 09:30');
const ClockEnd = z.union([Clock, z.literal('24:00')]);

function isForwards({ from, to }: { from?: string | undefined; to?: string | undefined }): boolean {
  return from === undefined || to === undefined || from < to;
}
const BACKWARDS = 'to is not after from: hours over midnight are two lines, one until 24:00, one from 00:00';

/** Body of `PUT /api/v1/availability`: hours on the wall clock of a zone; `exceptions` replace the hours of their day. */
export const NewAvailability = z.object({
  /** A name of the IANA database, e.g. `Europe/Madrid`. */
  timeZone: z.string().trim().min(1).max(64),
  weekly: z
    .array(z.object({ day: Weekday, from: Clock, to: ClockEnd }).refine(isForwards, BACKWARDS))
    .max(100),
  exceptions: z
    .array(
      z
        .object({ date: z.iso.date(), from: Clock.optional(), to: ClockEnd.optional() })
        .refine(({ from, to }) => (from === undefined) === (to === undefined), 'from and to go together')
        .refine(isForwards, BACKWARDS),
    )
    .max(400)
    .default([]),
  noticeMinutes: z.number().int().min(0).max(43_200).default(0),
  horizonDays: z.number().int().min(1).max(365).default(60),
  bufferMinutes: z.number().int().min(0).max(240).default(0),
});
/** @see NewAvailability */
export type NewAvailability = z.infer<typeof NewAvailability>;

/** `GET /api/v1/availability`. */
export const Availability = z.object({
  timeZone: z.string(),
  weekly: z.array(z.object({ day: z.number().int(), from: z.string(), to: z.string() })),
  exceptions: z.array(z.object({ date: z.string(), from: z.string().optional(), to: z.string().optional() })),
  noticeMinutes: z.number().int(),
  horizonDays: z.number().int(),
  bufferMinutes: z.number().int(),
});
/** @see Availability */
export type Availability = z.infer<typeof Availability>;

/** What a session costs: nothing, a price that is held as one books, or coins by the minute under one of the mentor's plans. */
export const SessionPrice = z.object({
  kind: z.enum(['free', 'fixed', 'per_minute']),
  coins: Coins.optional(),
  planId: z.string().optional(),
});
/** @see SessionPrice */
export type SessionPrice = z.infer<typeof SessionPrice>;

/** What a mentee who cancels gets back: all until so many hours before, then half or nothing. */
export const CancellationTerms = z.object({
  freeUntilHours: z.number().int().min(0).max(720),
  thenBack: z.enum(['half', 'none']),
});
/** @see CancellationTerms */
export type CancellationTerms = z.infer<typeof CancellationTerms>;

/** Body of `POST /api/v1/offerings`. */
export const NewOffering = z
  .object({
    title: z.string().trim().min(1).max(200),
    /** From five minutes to eight hours. */
    minutes: z.number().int().min(5).max(480),
    seats: z.number().int().min(1).max(30).default(1),
    price: z.object({
      kind: z.enum(['free', 'fixed', 'per_minute']),
      coins: Coins.min(1).max(1_000_000_000).optional(),
      planId: z.string().min(1).max(64).optional(),
    }),
    cancellation: CancellationTerms.default({ freeUntilHours: 24, thenBack: 'half' }),
  })
  .refine(({ price }) => price.kind !== 'fixed' || price.coins !== undefined, {
    path: ['price', 'coins'],
    error: 'a fixed price needs coins',
  })
  .refine(({ price }) => price.kind === 'fixed' || price.coins === undefined, {
    path: ['price', 'coins'],
    error: 'only a fixed price has coins',
  });
/** @see NewOffering */
export type NewOffering = z.infer<typeof NewOffering>;

/** What a mentor sells. */
export const Offering = z.object({
  id: z.string(),
  mentor: z.object({ personId: z.string(), name: z.string() }),
  title: z.string(),
  minutes: z.number().int(),
  seats: z.number().int(),
  price: SessionPrice,
  cancellation: CancellationTerms,
});
/** @see Offering */
export type Offering = z.infer<typeof Offering>;

/** `GET /api/v1/mentors/{personId}`. */
export const MentorShown = z.object({
  personId: z.string(),
  name: z.string(),
  /** Null while they have set no hours. */
  timeZone: z.string().nullable(),
  offerings: z.array(Offering),
  /** Of their sessions that are over: how many they came to. */
  came: z.object({ sessions: z.number().int(), cameTo: z.number().int() }),
});
/** @see MentorShown */
export type MentorShown = z.infer<typeof MentorShown>;

/**
 * Query of `GET /api/v1/mentors/{personId}/slots`; without `from` and `to`, the next two weeks. Dates alone are whole days, where the
 * mentor lives.
 */
export const SlotsQuery = z.object({
  offeringId: z.string().min(1).max(64),
  from: z.union([GivenInstant, z.iso.date()]).optional(),
  to: z.union([GivenInstant, z.iso.date()]).optional(),
});
/** @see SlotsQuery */
export type SlotsQuery = z.infer<typeof SlotsQuery>;

/** Times that can be booked. `timeZone` is the mentor's; `seatsLeft` is told of sessions that somebody has booked already. */
export const Slots = z.object({
  items: z.array(z.object({ startsAt: Instant, endsAt: Instant, seatsLeft: z.number().int().optional() })),
  timeZone: z.string().nullable(),
});
/** @see Slots */
export type Slots = z.infer<typeof Slots>;

/** Body of `POST /api/v1/bookings`. */
export const NewBooking = z.strictObject({
  offeringId: z.string().min(1).max(64),
  startsAt: GivenInstant,
  topic: z.string().trim().max(500).optional(),
});
/** @see NewBooking */
export type NewBooking = z.infer<typeof NewBooking>;

/** Body of `POST /api/v1/bookings/{id}/reschedule`. */
export const Reschedule = z.object({ startsAt: GivenInstant });
/** @see Reschedule */
export type Reschedule = z.infer<typeof Reschedule>;

/** Body of `POST /api/v1/bookings/{id}/cancel`. */
export const CancelBooking = z.object({ reason: z.string().trim().max(500).optional() });
/** @see CancelBooking */
export type CancelBooking = z.infer<typeof CancelBooking>;

/** A booked session, as one of its people sees it. */
export const Booking = z.object({
  id: z.string(),
  status: BookingStatus,
  /** What the room is called, in every list and report: `session-{id}`. */
  videoRoomName: z.string(),
  /** What the reader is in it. */
  role: z.enum(['mentor', 'mentee', 'staff']),
  /** Whether the reader came by its link. */
  isGuest: z.boolean(),
  offeringId: z.string(),
  title: z.string(),
  topic: z.string().nullable(),
  startsAt: Instant,
  endsAt: Instant,
  /** The mentor's, in which the time was meant. */
  timeZone: z.string(),
  mentor: z.object({ personId: z.string(), name: z.string() }),
  mentees: z.array(z.object({ personId: z.string(), name: z.string() })),
  seats: z.number().int(),
  price: SessionPrice,
  cancellation: CancellationTerms,
  /** What the reader's own seat has cost; null until it is decided, or where nothing is held. */
  charged: Coins.nullable(),
  /** From when on the mentor may start it, and until when. */
  startFrom: Instant,
  startUntil: Instant,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  endedBy: z.string().nullable(),
  reason: z.string().nullable(),
  /** The call of the room, once there is one. */
  callId: z.string().nullable(),
  /** Once it is over: every call of the room, the first one first; where everybody had left and somebody came back there are several. */
  callIds: z.array(z.string()).optional(),
  /** Once it is over. */
  coming: z.array(SessionComing).optional(),
  serverAt: Instant,
});
/** @see Booking */
export type Booking = z.infer<typeof Booking>;

/** `GET /api/v1/bookings`: the next ones first, then (`past=true`) those that are over, the last one first. */
export const Bookings = page(Booking);
/** @see Bookings */
export type Bookings = z.infer<typeof Bookings>;

/** Query of `GET /api/v1/bookings`. */
export const BookingsQuery = z.object({
  past: z.enum(['true', 'false']).optional(),
  status: BookingStatus.optional(),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
/** @see BookingsQuery */
export type BookingsQuery = z.infer<typeof BookingsQuery>;

/** Body of `POST /api/v1/bookings/{id}/lobby`: without `entryId` one asks to come in, with it one says that one still waits. */
export const LobbyAsk = z.object({ entryId: z.string().max(64).optional() });

/** Where somebody who waits stands. `left`: they went, or were not heard of for too long. */
export const LobbyState = z.enum(['waiting', 'away', 'admitted', 'denied', 'removed', 'left']);
/** @see LobbyState */
export type LobbyState = z.infer<typeof LobbyState>;

/** One's own place in the lobby. */
export const LobbyPlace = z.object({
  entryId: z.string(),
  state: LobbyState,
  /** Among those who wait, from 1 on; null once it is decided. */
  position: z.number().int().nullable(),
  waitingMs: z.number().int(),
  /** Ask again before this, or the place is lost; null once it is decided. */
  deadlineAt: Instant.nullable(),
  /** What the host said as they denied it. */
  sentence: z.string().nullable(),
  /** What a host wrote last to who waits, since one does. */
  message: z.object({ text: z.string(), byName: z.string(), at: Instant }).nullable(),
  status: BookingStatus,
  serverAt: Instant,
});
/** @see LobbyPlace */
export type LobbyPlace = z.infer<typeof LobbyPlace>;

/** Somebody in the lobby, as the host sees them. */
export const LobbyEntry = z.object({
  entryId: z.string(),
  personId: z.string(),
  name: z.string(),
  /** Null for who does not wait. */
  position: z.number().int().nullable(),
  waitingMs: z.number().int(),
  state: LobbyState,
  /** Whether they have a seat in the session. */
  isBooked: z.boolean(),
  /** Whether they came by the link of the session: their name is what they typed. */
  isGuest: z.boolean(),
  /** When their page last said that it waits. */
  lastSignAt: Instant,
});
/** @see LobbyEntry */
export type LobbyEntry = z.infer<typeof LobbyEntry>;

/** `GET /api/v1/bookings/{id}/lobby`: who waits, in the order of asking; then who was let in or removed. */
export const Lobby = z.object({
  items: z.array(LobbyEntry),
  /** What was written last to who waits: to one, by their name, or to all (null). */
  written: z
    .object({ text: z.string(), to: z.string().nullable(), byName: z.string(), at: Instant })
    .nullable(),
  serverAt: Instant,
});
/** @see Lobby */
export type Lobby = z.infer<typeof Lobby>;

/** Body of `POST /api/v1/bookings/{id}/lobby/{entryId}/deny`. */
export const LobbyDeny = z.object({ sentence: z.string().trim().max(300).optional() });

/** Body of `POST /api/v1/bookings/{id}/lobby/messages`: to who waits, or to one of them. */
export const LobbyWrite = z.object({
  text: z.string().trim().min(1).max(300),
  entryId: z.string().max(64).optional(),
});
