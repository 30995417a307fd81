import { GuestAccess, GuestInvitation, GuestMade, LetGuests, NewGuest } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../platform/index.ts';
import { addressKey } from '../platform/index.ts';
import { comeByLink, comesAs, guestAccess, invitation, letGuests, lookAtLink } from './guests.ts';
import { requirePerson } from './may.ts';
import type { MentoringDeps } from './ports.ts';

const tags = ['mentoring'];
const params = z.object({ id: z.string().max(64) });
const config = { rateLimit: { max: 240, timeWindow: '1 minute' } };

/** `/api/v1/bookings/{id}/guests`, and `/api/v1/guests`. */
export function guestRoutes(app: App, deps: MentoringDeps): void {
  hostRoutes(app, deps);
  linkRoutes(app, deps);
}

function hostRoutes(app: App, deps: MentoringDeps): void {
  const { access, db, clock } = deps;
  const response = { 200: GuestAccess };
  app.get('/api/v1/bookings/:id/guests', { schema: { tags, params, response }, config }, async (request) => {
    const actor = await access.require(request);
    return await guestAccess(db, actor, { id: request.params.id, config: deps.config });
  });
  const schema = { tags, params, body: LetGuests, response };
  app.put('/api/v1/bookings/:id/guests', { schema, config }, async (request) => {
    const actor = await access.require(request);
    requirePerson(actor);
    const { id } = request.params;
    await db.transaction().execute((tx) => letGuests(tx, actor, { id, ...request.body, clock }));
    return await guestAccess(db, actor, { id, config: deps.config });
  });
}

/** Whoever makes guests has one for each request to be counted by. */
const perAddress = (max: number) => ({
  rateLimit: { max, timeWindow: '1 minute', keyGenerator: ({ ip }: FastifyRequest) => addressKey(ip) },
});

function linkRoutes(app: App, deps: MentoringDeps): void {
  const { access, db, clock } = deps;
  const linkParams = z.object({ link: z.string().max(600) });
  app.get(
    '/api/v1/guests/:link',
    {
      schema: { tags, params: linkParams, response: { 200: GuestInvitation } },
      config: perAddress(120),
    },
    async (request) => {
      const reader = await access.principal(request);
      const { link } = request.params;
      return await invitation(db, { ...deps, link, readerId: reader?.personId ?? null });
    },
  );
  const schema = { tags, body: NewGuest, response: { 201: GuestMade } };
  app.post('/api/v1/guests', { schema, config: perAddress(30) }, async (request, reply) => {
    const { link, name } = request.body;
    const found = await lookAtLink(db, { ...deps, link });
    const reader = await access.principal(request);
    if (reader) requirePerson(reader);
    const { bookingId } = found;
    const known = await comesAs(db, bookingId, reader);
    const made = known ? null : await access.createGuest(name);
    const is = made ? { name: made.person.name, personId: made.person.id } : known;
    if (!is) throw new Error('nobody came by the link');
    await db.transaction().execute((tx) => comeByLink(tx, is.personId, { ...found, clock }));
    if (made) reply.header('set-cookie', [...made.cookies]).header('set-auth-token', made.token);
    reply.header('cache-control', 'no-store');
    return await reply.code(201).send({ bookingId, personId: is.personId, name: is.name });
  });
}
