import {
  AskToBeTold,
  GoOnAir,
  LookFor,
  MatchingState,
  NextBody,
  NextUser,
  PageId,
  TakePlace,
} from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App, Together } from '../platform/index.ts';
import { FACT_LOG } from '../presence/index.ts';
import { accept, leaveLine, skip } from './answer.ts';
import { askToBeTold, forgetAsk } from './ask.ts';
import type { Beats } from './beats.ts';
import type { Entrance } from './entrance.ts';
import type { Asker, Known } from './known.ts';
import type { LineView } from './line-view.ts';
import { pressNext } from './next.ts';
import type { Actor, MatchingDeps } from './ports.ts';
import { stateOf } from './state.ts';
import { takePlace } from './store.ts';
import { LINE_CHANGED } from './work.ts';

/** What the routes need beside the ground. */
export interface RouteDeps extends MatchingDeps {
  readonly beats: Beats;
  readonly line: LineView;
  readonly known: Together<Asker, Known>;
  readonly tell: (personIds: readonly string[]) => Promise<void>;
  readonly entrance: Entrance;
}

const tags = ['matching'];
/** A page asks every three seconds, and presses now and then. */
const config = { rateLimit: { max: 240, timeWindow: '1 minute' } };
const response = { 200: MatchingState };
const querystring = z.object({ page: PageId.optional() });

/** `/api/v1/matching` and `POST /api/livekit/next-user`. */
export function matchingRoutes(app: App, deps: RouteDeps): void {
  lineRoutes(app, deps);
  askRoutes(app, deps);
  offerRoutes(app, deps);
  const schema = { tags, body: NextBody.nullish(), response: { 200: NextUser } };
  app.post('/api/livekit/next-user', { schema, config }, async (request) => {
    const actor = await deps.access.require(request);
    const roomName = request.body?.roomName ?? request.body?.room_name;
    const now = deps.clock.now();
    const moved = await deps.db.transaction().execute((tx) => pressNext(tx, actor, { roomName, now }));
    const [state] = await Promise.all([stateOf(deps, actor, { withToken: true }), say(deps, moved)]);
    return { ...state, success: true as const };
  });
}

function lineRoutes(app: App, deps: RouteDeps): void {
  const { access, beats } = deps;
  const answer = (actor: Actor) => stateOf(deps, actor, { withToken: true });
  app.get('/api/v1/matching', { schema: { tags, querystring, response }, config }, async (request) => {
    const actor = await access.require(request);
    beats.beat(actor.personId, request.query.page ?? null);
    return await answer(actor);
  });
  app.post(
    '/api/v1/matching/page',
    { schema: { tags, body: TakePlace, response }, config },
    async (request) => {
      const actor = await access.require(request);
      const { page } = request.body;
      await takePlace(deps.db, { personId: actor.personId, page });
      beats.beat(actor.personId, page);
      // The page that had it reads that it has it no more.
      await deps.tell([actor.personId]);
      return await answer(actor);
    },
  );
  const entered = async (actor: Actor, coming: Promise<void>): Promise<MatchingState> => {
    await coming;
    deps.hints.publish(LINE_CHANGED);
    return await answer(actor);
  };
  const leave = async (request: FastifyRequest, side: 'payer' | 'earner'): Promise<MatchingState> => {
    const actor = await access.require(request);
    const of = { personId: actor.personId, side, now: deps.clock.now() };
    const offer = await leaveLine(deps.db, of);
    deps.line.doubt([actor.personId]);
    await say(deps, offer ? [offer.payerId, offer.earnerId] : []);
    return await answer(actor);
  };
  app.post(
    '/api/v1/matching/waiting',
    { schema: { tags, body: LookFor.nullish(), response }, config },
    async (request) => {
      const actor = await access.require(request);
      const of = { wish: request.body ?? {}, now: deps.clock.now() };
      return await entered(actor, deps.entrance.look(actor, of));
    },
  );
  app.post(
    '/api/v1/matching/on-air',
    { schema: { tags, body: GoOnAir.nullish(), response }, config },
    async (request) => {
      const actor = await access.require(request);
      const of = { wish: request.body ?? {}, now: deps.clock.now() };
      return await entered(actor, deps.entrance.goOnAir(actor, of));
    },
  );
  app.delete('/api/v1/matching/waiting', { schema: { tags, response }, config }, (request) =>
    leave(request, 'payer'),
  );
  app.delete('/api/v1/matching/on-air', { schema: { tags, response }, config }, (request) =>
    leave(request, 'earner'),
  );
}

/** A payer who finds nobody is told later. */
function askRoutes(app: App, deps: RouteDeps): void {
  const answer = (actor: Actor) => stateOf(deps, actor, { withToken: true });
  app.post(
    '/api/v1/matching/tell-me',
    { schema: { tags, body: AskToBeTold.nullish(), response }, config },
    async (request) => {
      const actor = await deps.access.require(request);
      await askToBeTold(deps.db, actor, { wish: request.body ?? {}, now: deps.clock.now() });
      deps.hints.publish(LINE_CHANGED);
      return await answer(actor);
    },
  );
  app.delete('/api/v1/matching/tell-me', { schema: { tags, response }, config }, async (request) => {
    const actor = await deps.access.require(request);
    await forgetAsk(deps.db, actor.personId);
    return await answer(actor);
  });
}

function offerRoutes(app: App, deps: RouteDeps): void {
  const params = z.object({ id: z.string().max(64) });
  for (const [word, answerWith] of [
    ['accept', accept],
    ['skip', skip],
  ] as const) {
    app.post(
      `/api/v1/matching/offers/:id/${word}`,
      { schema: { tags, params, response }, config },
      async (request) => {
        const actor = await deps.access.require(request);
        const { personId } = actor;
        const of = { offerId: request.params.id, personId, now: deps.clock.now() };
        const { payerId, earnerId } = await deps.db.transaction().execute((tx) => answerWith(tx, of));
        deps.beats.beat(personId);
        await say(deps, [payerId, earnerId]);
        return await stateOf(deps, actor, { withToken: true });
      },
    );
  }
}

/** After the commit: the fact is followed, the line looked at, and both are told. */
async function say({ hints, tell }: RouteDeps, moved: readonly string[]): Promise<void> {
  if (moved.length === 0) return;
  hints.publish(FACT_LOG);
  hints.publish(LINE_CHANGED);
  await tell(moved);
}
