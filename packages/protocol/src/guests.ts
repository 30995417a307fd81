import { z } from 'zod';
import { Instant } from './calls.ts';
import { BookingStatus } from './mentoring.ts';

/** Body of `PUT /api/v1/bookings/{id}/guests`: `renew` makes another link, and ends the one before. */
export const LetGuests = z.strictObject({ isOn: z.boolean(), renew: z.boolean().default(false) });
/** @see LetGuests */
export type LetGuests = z.infer<typeof LetGuests>;

/** `GET /api/v1/bookings/{id}/guests`, for its mentor: the link that is good, and since when; null where guests are not let in. */
export const GuestAccess = z.object({
  link: z.string().nullable(),
  since: Instant.nullable(),
  /** Whether guests can be let in at all: not where one pays by the minute, nor once it is over. */
  mayChange: z.boolean(),
});
/** @see GuestAccess */
export type GuestAccess = z.infer<typeof GuestAccess>;

/** `GET /api/v1/guests/{link}`: what whoever holds a link reads before they come. */
export const GuestInvitation = z.object({
  bookingId: z.string(),
  title: z.string(),
  hostName: z.string(),
  startsAt: Instant,
  endsAt: Instant,
  /** From when on one may come. */
  opensAt: Instant,
  status: BookingStatus,
  /** Why one may not come now; null if one may. */
  fault: z.enum(['over', 'too_early', 'full']).nullable(),
  /** What the reader is in it already. */
  you: z.enum(['host', 'within']).nullable(),
  serverAt: Instant,
});
/** @see GuestInvitation */
export type GuestInvitation = z.infer<typeof GuestInvitation>;

/** What a line of text can be told apart by, and nobody writes in a name: control characters, and those that turn its direction. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;

/** Body of `POST /api/v1/guests`. Whoever is signed in comes by the name of their account. */
export const NewGuest = z.strictObject({
  link: z.string().min(1).max(600),
  name: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .refine((name) => !UNSEEN.test(name), 'a name is one line of what can be read'),
});
/** @see NewGuest */
export type NewGuest = z.infer<typeof NewGuest>;

/** Answer of `POST /api/v1/guests`, with the cookie of the guest, and their bearer in `set-auth-token`. */
export const GuestMade = z.object({ bookingId: z.string(), personId: z.string(), name: z.string() });
/** @see GuestMade */
export type GuestMade = z.infer<typeof GuestMade>;
