import { visitsFrom } from '@latido/core';
import type { GuestAccess, GuestInvitation } from '@latido/protocol';
import type { Clock, Config, DbOrTx, Tx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { linkOf, readLink, type GuestLink } from './guest-link.ts';
import { requireRoom, visited } from './guest-room.ts';
import { guestOf, writeGuest, writeGuestsFrom } from './guest-store.ts';
import { namesOf, requireHost } from './may.ts';
import type { Actor } from './ports.ts';
import { seatsOf } from './seats.ts';
import { over } from './start.ts';
import type { BookingRow } from './store.ts';
import { addEvent, bookingById, lockBooking } from './store.ts';

interface Deps {
  readonly config: Pick<Config, 'authSecret'>;
  readonly clock: Pick<Clock, 'now'>;
}

const isOpen = ({ status }: BookingRow): boolean => status === 'SCHEDULED' || status === 'IN_PROGRESS';

/** Whether guests are let into a session, for its mentor, with the link. @throws booking.not_found */
export async function guestAccess(
  db: DbOrTx,
  actor: Actor,
  { id, config }: Pick<Deps, 'config'> & { id: string },
): Promise<GuestAccess> {
  const booking = await bookingById(db, id);
  requireHost(booking, actor, id);
  const { guestsFrom, priceKind } = booking;
  return {
    link: guestsFrom && linkOf(config, { bookingId: id, linkAt: guestsFrom.getTime() }),
    since: guestsFrom?.toISOString() ?? null,
    mayChange: isOpen(booking) && priceKind !== 'per_minute',
  };
}

/**
 * The mentor lets guests in by a link, or no longer. `renew` makes another one: those before are good no more (MENTOR-30).
 *
 * @throws booking.not_found, booking.over, request.invalid where one pays by the minute
 */
export async function letGuests(
  tx: Tx,
  actor: Actor,
  { id, isOn, renew, clock }: Pick<Deps, 'clock'> & { id: string; isOn: boolean; renew: boolean },
): Promise<void> {
  const booking = await lockBooking(tx, id);
  requireHost(booking, actor, id);
  if (!isOpen(booking)) throw over(booking);
  if (isOn && booking.priceKind === 'per_minute')
    throw problem('request.invalid', 'This session is paid by the minute: whoever comes needs an account.');
  const before = booking.guestsFrom;
  if (isOn ? before !== null && !renew : before === null) return;
  // Two links of one millisecond would be the same one.
  const at = new Date(Math.max(clock.now(), (before?.getTime() ?? 0) + 1));
  await writeGuestsFrom(tx, id, isOn ? at : null);
  await addEvent(tx, id, { at, byId: actor.personId, type: isOn ? 'guests_let' : 'guests_ended' });
}

/** What whoever holds a link reads before they come. @throws guest.link_invalid */
export async function invitation(
  db: DbOrTx,
  { link, readerId, config, clock }: Deps & { link: string; readerId: string | null },
): Promise<GuestInvitation> {
  const now = clock.now();
  const { bookingId, linkAt } = readLink(config, { link, now });
  const { booking, fault } = await visited(db, await bookingById(db, bookingId), { linkAt, now });
  const { mentorId, title, startsAt, endsAt, status } = booking;
  const isWithin = readerId !== null && (await guestOf(db, bookingId, readerId)) !== null;
  return {
    bookingId,
    title,
    hostName: (await namesOf(db, [mentorId]))(mentorId),
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    opensAt: new Date(visitsFrom(startsAt.getTime())).toISOString(),
    status,
    fault: fault === 'too_many' || fault === 'withdrawn' ? null : fault,
    you: readerId === mentorId ? 'host' : isWithin ? 'within' : null,
    serverAt: new Date(now).toISOString(),
  };
}

/**
 * Looks whether somebody may come by a link now (MENTOR-31).
 *
 * @throws guest.link_invalid, booking.not_started, booking.over, booking.full, request.rate_limited
 */
export async function lookAtLink(
  db: DbOrTx,
  { link, config, clock }: Deps & { link: string },
): Promise<GuestLink> {
  const now = clock.now();
  const found = readLink(config, { link, now });
  await requireRoom(db, await bookingById(db, found.bookingId), { linkAt: found.linkAt, now });
  return found;
}

/**
 * As whom somebody comes by a link: who has an account as themselves, and a guest who comes again as the one they were. Null for a
 * stranger, and for a guest of elsewhere: here they are somebody new.
 */
export async function comesAs(db: DbOrTx, bookingId: string, reader: Actor | null): Promise<Actor | null> {
  if (!reader?.isGuest) return reader;
  return (await guestOf(db, bookingId, reader.personId)) ? reader : null;
}

/** Somebody has come by a link: from now on they are of this session (MENTOR-32). @throws as {@link lookAtLink} */
export async function comeByLink(
  tx: Tx,
  personId: string,
  { bookingId, linkAt, clock }: GuestLink & Pick<Deps, 'clock'>,
): Promise<void> {
  const booking = await lockBooking(tx, bookingId);
  const now = clock.now();
  await requireRoom(tx, booking, { linkAt, now });
  if (booking?.mentorId === personId) throw problem('request.invalid', 'You are its host: come in.');
  const sits = (await seatsOf(tx, [bookingId])).some(
    (seat) => seat.personId === personId && seat.leftAt === null,
  );
  if (sits) return;
  await writeGuest(tx, { bookingId, personId, linkAt: new Date(linkAt), at: new Date(now) });
}
