import { channelOf, ROOM_CHANGED, SessionRoom, TURNED_OFF, TurnOff } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { findOpenCall } from '../calls/index.ts';
import type { App, Tx } from '../platform/index.ts';
import { requirePerson } from './may.ts';
import type { Actor, MentoringDeps } from './ports.ts';
import { lowerHand, raiseHand, roomAsItIs, roomFor, setHost, setLock, turnOff } from './room.ts';
import { roomOfSession } from './start.ts';

const tags = ['mentoring'];
const config = { rateLimit: { max: 240, timeWindow: '1 minute' } };
const params = z.object({ id: z.string().max(64) });
const personParams = z.object({ id: z.string().max(64), personId: z.string().max(64) });
const response = { 200: SessionRoom };

/** `/api/v1/bookings/{id}/room`: what a host does in a session's room, and raised hands. */
export function roomRoutes(app: App, deps: MentoringDeps): void {
  const { access, db, clock } = deps;
  app.get('/api/v1/bookings/:id/room', { schema: { tags, params, response }, config }, async (request) => {
    const actor = await access.require(request);
    return await roomFor(db, actor, { id: request.params.id, clock });
  });
  handRoutes(app, deps);
  hostRoutes(app, deps);
}

type Change = (tx: Tx, actor: Actor) => Promise<void>;

/** Changes a room, tells everybody in it, and answers with the room as it is then. */
async function changed(
  deps: MentoringDeps,
  request: FastifyRequest & { params: { id: string } },
  change: Change,
): Promise<SessionRoom> {
  const { access, db, clock } = deps;
  const actor = await access.require(request);
  requirePerson(actor);
  const { id } = request.params;
  await db.transaction().execute((tx) => change(tx, actor));
  await tellRoom(deps, id);
  return await roomFor(db, actor, { id, clock });
}

/** After the commit: everybody within sees the room as it is. */
export async function tellRoom({ db, clock, hub }: MentoringDeps, bookingId: string): Promise<void> {
  const call = await findOpenCall(db, roomOfSession(bookingId));
  const room = call && (await roomAsItIs(db, { id: bookingId, clock }));
  if (call && room) hub().broadcast(channelOf.callPresence(call.id), ROOM_CHANGED, { bookingId, room });
}

function handRoutes(app: App, deps: MentoringDeps): void {
  const { clock } = deps;
  const schema = { tags, params, response };
  app.put('/api/v1/bookings/:id/room/hand', { schema, config }, async (request) => {
    const { id } = request.params;
    return await changed(deps, request, (tx, actor) => raiseHand(tx, actor, { id, clock }));
  });
  app.delete('/api/v1/bookings/:id/room/hand', { schema, config }, async (request) => {
    const { id } = request.params;
    return await changed(deps, request, (tx, actor) =>
      lowerHand(tx, actor, { id, personId: actor.personId, clock }),
    );
  });
  app.delete('/api/v1/bookings/:id/room/hands', { schema, config }, async (request) => {
    const { id } = request.params;
    return await changed(deps, request, (tx, actor) => lowerHand(tx, actor, { id, personId: null, clock }));
  });
  app.delete(
    '/api/v1/bookings/:id/room/hands/:personId',
    { schema: { tags, params: personParams, response }, config },
    async (request) => {
      const of = request.params;
      return await changed(deps, request, (tx, actor) => lowerHand(tx, actor, { ...of, clock }));
    },
  );
}

function hostRoutes(app: App, deps: MentoringDeps): void {
  const { access, clock, hub } = deps;
  for (const [method, is] of [
    ['PUT', true],
    ['DELETE', false],
  ] as const) {
    app.route({
      method,
      url: '/api/v1/bookings/:id/room/lock',
      schema: { tags, params, response },
      config,
      handler: async (request) => {
        const { id } = request.params;
        return await changed(deps, request, (tx, actor) => setLock(tx, actor, { id, isLocked: is, clock }));
      },
    });
    app.route({
      method,
      url: '/api/v1/bookings/:id/room/hosts/:personId',
      schema: { tags, params: personParams, response },
      config,
      handler: async (request) => {
        const of = request.params;
        return await changed(deps, request, (tx, actor) => setHost(tx, actor, { ...of, isHost: is, clock }));
      },
    });
  }
  const schema = { tags, params, body: TurnOff, response };
  app.post('/api/v1/bookings/:id/room/turn-off', { schema, config }, async (request) => {
    const actor = await access.require(request);
    requirePerson(actor);
    const { id } = request.params;
    const { source, personId = null } = request.body;
    const said = { bookingId: id, source, byName: actor.name };
    for (const each of await turnOff(deps, actor, { id, source, personId }))
      hub().broadcast(channelOf.user(each), TURNED_OFF, said);
    return await roomFor(deps.db, actor, { id, clock });
  });
}
