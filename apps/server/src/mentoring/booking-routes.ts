import {
  Booking,
  Bookings,
  BookingsQuery,
  CancelBooking,
  CorrectVerdict,
  NewBooking,
  Reschedule,
} from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { callsOfRoom, recordHostEnd } from '../calls/index.ts';
import type { App, Tx } from '../platform/index.ts';
import { problem, readCursor, writeCursor } from '../platform/index.ts';
import type { Done } from './book.ts';
import { book } from './book.ts';
import { comingOf } from './came.ts';
import { comingRoute } from './coming-route.ts';
import { cancel, reschedule } from './cancel.ts';
import { correct } from './correct.ts';
import { end } from './finish.ts';
import { requirePerson, roleIn, sessionFor } from './may.ts';
import { bookingAsCalendar, bookingsOnWire } from './on-wire.ts';
import type { Actor, MentoringDeps } from './ports.ts';
import { seatsOf } from './seats.ts';
import { start } from './start.ts';
import { bookingsOf } from './store.ts';
import { sayChanged } from './telling.ts';

const tags = ['mentoring'];
const config = { rateLimit: { max: 240, timeWindow: '1 minute' } };
const params = z.object({ id: z.string().max(64) });
const response = { 200: Booking };

/** `/api/v1/bookings`. */
export function bookingRoutes(app: App, deps: MentoringDeps): void {
  listRoute(app, deps);
  changeRoutes(app, deps);
  comingRoute(app, deps);
  const { access, db, clock } = deps;
  app.get('/api/v1/bookings/:id', { schema: { tags, params, response }, config }, async (request) => {
    const actor = await access.require(request);
    return await shown(deps, actor, request.params.id);
  });
  const body = NewBooking;
  app.post(
    '/api/v1/bookings',
    { schema: { tags, body, response: { 201: Booking } }, config },
    async (request, reply) => {
      const actor = await access.require(request);
      requirePerson(actor);
      const { offeringId, startsAt, topic = null } = request.body;
      const wanted = { offeringId, startsAt: Date.parse(startsAt), topic };
      const done = await db.transaction().execute((tx) => book(tx, actor, { wanted, clock }));
      sayChanged(deps, done);
      return await reply.code(201).send(await shown(deps, actor, done.bookingId));
    },
  );
  app.get(
    '/api/v1/bookings/:id/calendar.ics',
    { schema: { tags, params }, config },
    async (request, reply) => {
      const actor = await access.require(request);
      const seen = await sessionFor(db, request.params.id, actor);
      const file = await bookingAsCalendar(db, seen, {
        readerId: actor.personId,
        origin: deps.config.publicUrl,
      });
      const method = file.includes('METHOD:CANCEL') ? 'CANCEL' : 'REQUEST';
      return await reply
        .header('content-type', `text/calendar; charset=utf-8; method=${method}`)
        .header('content-disposition', `attachment; filename="${seen.booking.id}.ics"`)
        .send(file);
    },
  );
}

const Place = z.tuple([z.iso.datetime(), z.string().regex(/^booking_[0-9a-z]+$/)]);

function listRoute(app: App, { access, db, clock }: MentoringDeps): void {
  const schema = { tags, querystring: BookingsQuery, response: { 200: Bookings } };
  app.get('/api/v1/bookings', { schema, config }, async (request) => {
    const actor = await access.require(request);
    const { past, status = null, cursor, limit } = request.query;
    const place = readCursor(cursor, Place);
    const after = place === undefined ? null : { startsAt: new Date(place[0]), id: place[1] };
    // A status says by itself whether it is over.
    const isPast = status === null ? past === 'true' : status !== 'SCHEDULED' && status !== 'IN_PROGRESS';
    const { personId } = actor;
    const rows = await bookingsOf(db, { personId, isPast, status, after, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const seats = await seatsOf(
      db,
      page.map(({ id }) => id),
    );
    const seen = page.map((booking) => {
      const own = seats.filter(({ bookingId }) => bookingId === booking.id);
      return { booking, seats: own, role: roleIn(booking, own, actor) ?? ('staff' as const), isGuest: false };
    });
    const last = page.at(-1);
    return {
      items: await bookingsOnWire(db, seen, { readerId: personId, now: clock.now() }),
      nextCursor:
        rows.length > page.length && last ? writeCursor([last.startsAt.toISOString(), last.id]) : null,
    };
  });
}

function changeRoutes(app: App, deps: MentoringDeps): void {
  const { access, db, clock } = deps;
  const change = async (
    request: FastifyRequest,
    id: string,
    by: (tx: Tx, actor: Actor) => Promise<Done>,
  ): Promise<Booking> => {
    const actor = await access.require(request);
    const done = await db.transaction().execute((tx) => by(tx, actor));
    sayChanged(deps, done);
    return await shown(deps, actor, id);
  };
  app.post('/api/v1/bookings/:id/start', { schema: { tags, params, response }, config }, (request) => {
    const { id } = request.params;
    return change(request, id, (tx, actor) => start(tx, actor, { id, clock }));
  });
  app.post('/api/v1/bookings/:id/end', { schema: { tags, params, response }, config }, async (request) => {
    const { id } = request.params;
    const actor = await access.require(request);
    // Who met is read from what LiveKit has said until now.
    await deps.caughtUp();
    const { call, ...done } = await db.transaction().execute((tx) => end(tx, actor, { id, clock }));
    if (call) await recordHostEnd(deps, { call, personId: actor.personId });
    sayChanged(deps, done);
    return await shown(deps, actor, id);
  });
  const cancelSchema = { tags, params, body: CancelBooking.nullish(), response };
  app.post('/api/v1/bookings/:id/cancel', { schema: cancelSchema, config }, (request) => {
    const { id } = request.params;
    const reason = request.body?.reason ?? null;
    return change(request, id, (tx, actor) => cancel(tx, actor, { id, reason, clock }));
  });
  const correctSchema = { tags, params, body: CorrectVerdict, response };
  app.post('/api/v1/bookings/:id/verdicts', { schema: correctSchema, config }, async (request) => {
    const { id } = request.params;
    // Whoever was there is read from what LiveKit has said until now.
    await deps.caughtUp();
    return await change(request, id, (tx, actor) => correct(tx, actor, { id, wanted: request.body, clock }));
  });
  const moveSchema = { tags, params, body: Reschedule, response };
  app.post('/api/v1/bookings/:id/reschedule', { schema: moveSchema, config }, (request) => {
    const { id } = request.params;
    const startsAt = Date.parse(request.body.startsAt);
    return change(request, id, (tx, actor) => reschedule(tx, actor, { id, startsAt, clock }));
  });
}

/** A session as its reader sees it; once it is over, with how people came: the host's all, a mentee's their own. */
async function shown({ db, clock, caughtUp }: MentoringDeps, actor: Actor, id: string): Promise<Booking> {
  const seen = await sessionFor(db, id, actor);
  const [booking] = await bookingsOnWire(db, [seen], { readerId: actor.personId, now: clock.now() });
  if (!booking) throw problem('internal.unexpected', 'The session could not be shown.');
  if (booking.status !== 'COMPLETED' && booking.status !== 'NO_SHOW') return booking;
  await caughtUp();
  const coming = await comingOf(db, seen.booking, seen.seats);
  const isOwn = ({ personId }: { personId: string }) => personId === actor.personId;
  const callIds = await callsOfRoom(db, booking.videoRoomName);
  return { ...booking, callIds, coming: seen.role === 'mentee' ? coming.filter(isOwn) : coming };
}
