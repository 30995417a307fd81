import { hostsOf } from '@latido/core';
import {
  channelOf,
  Lobby,
  LOBBY_CHANGED,
  LOBBY_STATE,
  LobbyAsk,
  LobbyDeny,
  LobbyPlace,
  LobbyWrite,
} from '@latido/protocol';
import { z } from 'zod';
import { hintRecipients } from '../inbox/index.ts';
import type { App } from '../platform/index.ts';
import { OUTBOX_HINT } from '../platform/index.ts';
import { hintRemoved } from '../presence/index.ts';
import { sendBack, writeToLobby } from './lobby-host.ts';
import { entriesOf } from './lobby-store.ts';
import type { Decision, LobbyDone } from './lobby.ts';
import { ask, beat, decide, leaveLobby, lobbyOf, placeOf } from './lobby.ts';
import { noSession, requireAnyHost, requirePerson } from './may.ts';
import type { Actor, MentoringDeps } from './ports.ts';
import { tellRoom } from './room-routes.ts';
import { bookingById } from './store.ts';

const tags = ['mentoring'];
/** A page that waits gives a sign every five seconds, and a host looks as often. */
const config = { rateLimit: { max: 240, timeWindow: '1 minute' } };
const params = z.object({ id: z.string().max(64) });
const entryParams = z.object({ id: z.string().max(64), entryId: z.string().max(64) });

/** `/api/v1/bookings/{id}/lobby`. */
export function lobbyRoutes(app: App, deps: MentoringDeps): void {
  guestRoutes(app, deps);
  hostRoutes(app, deps);
  lobbyHostRoutes(app, deps);
}

function guestRoutes(app: App, deps: MentoringDeps): void {
  const { access, db, clock } = deps;
  const schema = { tags, params, body: LobbyAsk.nullish(), response: { 200: LobbyPlace } };
  app.post('/api/v1/bookings/:id/lobby', { schema, config }, async (request) => {
    const actor = await access.require(request);
    requirePerson(actor);
    const { id } = request.params;
    const entryId = request.body?.entryId;
    if (entryId === undefined) {
      const done = await db.transaction().execute((tx) => ask(tx, actor, { id, clock }));
      await say(deps, done);
    } else await beat(db, actor, { id, entryId, clock });
    return await ownPlace(deps, actor, id);
  });
  app.delete(
    '/api/v1/bookings/:id/lobby',
    { schema: { tags, params, response: { 200: LobbyPlace } }, config },
    async (request) => {
      const actor = await access.require(request);
      const { id } = request.params;
      const done = await db.transaction().execute((tx) => leaveLobby(tx, actor, { id, clock }));
      await say(deps, done);
      return await ownPlace(deps, actor, id);
    },
  );
}

async function ownPlace({ db, clock }: MentoringDeps, { personId }: Actor, id: string): Promise<LobbyPlace> {
  const booking = await bookingById(db, id);
  const place = booking && (await placeOf(db, booking, { personId, now: clock.now() }));
  if (!place) throw noSession(id);
  return place;
}

function hostRoutes(app: App, deps: MentoringDeps): void {
  const { access, db, clock } = deps;
  const response = { 200: Lobby };
  app.get('/api/v1/bookings/:id/lobby', { schema: { tags, params, response }, config }, async (request) => {
    const actor = await access.require(request);
    const { id } = request.params;
    const booking = await bookingById(db, id);
    const hosted = await requireAnyHost(db, booking, { actor, id });
    return await lobbyOf(db, hosted.booking, clock.now());
  });
  const decided = async (
    actor: Actor,
    of: { id: string; entryId: string; decision: Decision; sentence: string | null },
  ): Promise<Lobby> => {
    const done = await db.transaction().execute((tx) => decide(tx, actor, { ...of, clock }));
    await say(deps, done);
    // Who is taken out is no host any more, and their hand is down.
    if (of.decision !== 'admitted') await tellRoom(deps, of.id);
    if (done.isOut) sayOut(deps, done);
    return await lobbyOf(db, done.booking, clock.now());
  };
  for (const [word, decision] of [
    ['admit', 'admitted'],
    ['remove', 'removed'],
  ] as const) {
    const schema = { tags, params: entryParams, response };
    app.post(`/api/v1/bookings/:id/lobby/:entryId/${word}`, { schema, config }, async (request) => {
      const actor = await access.require(request);
      return await decided(actor, { ...request.params, decision, sentence: null });
    });
  }
  const denySchema = { tags, params: entryParams, body: LobbyDeny.nullish(), response };
  app.post('/api/v1/bookings/:id/lobby/:entryId/deny', { schema: denySchema, config }, async (request) => {
    const actor = await access.require(request);
    const sentence = request.body?.sentence ?? null;
    return await decided(actor, { ...request.params, decision: 'denied', sentence });
  });
}

/** What a host does with who waits, besides deciding. */
function lobbyHostRoutes(app: App, deps: MentoringDeps): void {
  const { access, db, clock } = deps;
  app.post(
    '/api/v1/bookings/:id/lobby/:entryId/send-back',
    { schema: { tags, params: entryParams, response: { 200: Lobby } }, config },
    async (request) => {
      const actor = await access.require(request);
      const of = { ...request.params, clock };
      const done = await db.transaction().execute((tx) => sendBack(tx, actor, of));
      sayOut(deps, done);
      await say(deps, done);
      await tellRoom(deps, of.id);
      return await lobbyOf(db, done.booking, clock.now());
    },
  );
  const schema = { tags, params, body: LobbyWrite, response: { 200: Lobby } };
  app.post('/api/v1/bookings/:id/lobby/messages', { schema, config }, async (request) => {
    const actor = await access.require(request);
    requirePerson(actor);
    const of = { ...request.params, ...request.body, clock };
    const { booking, to } = await db.transaction().execute((tx) => writeToLobby(tx, actor, of));
    for (const personId of to) await say(deps, { booking, personId, told: [] });
    return await lobbyOf(db, booking, clock.now());
  });
}

/** After the commit that took somebody out: what they may hear is another thing now. */
function sayOut({ hints, hub }: MentoringDeps, { personId }: LobbyDone): void {
  hints.publish(OUTBOX_HINT);
  hintRemoved(hints, personId);
  // Their sockets come back, and are asked anew which channels they may be in.
  hub().terminate(personId);
}

/** After the commit: inboxes are looked at, the host's page reads the lobby anew, and who waits is told where they stand. */
async function say(
  { db, clock, hints, hub }: MentoringDeps,
  { booking, personId, told }: LobbyDone,
): Promise<void> {
  hintRecipients(hints, told);
  const bookingId = booking.id;
  for (const hostId of hostsOf(booking.mentorId, await entriesOf(db, bookingId)))
    hub().broadcast(channelOf.user(hostId), LOBBY_CHANGED, { bookingId });
  const place = await placeOf(db, booking, { personId, now: clock.now() });
  if (place) hub().broadcast(channelOf.user(personId), LOBBY_STATE, { bookingId, place });
}
