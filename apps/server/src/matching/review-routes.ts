import { NewRating, NewReport } from '@latido/protocol';
import { z } from 'zod';
import { personsById, unblock } from '../access/index.ts';
import { callForPerson } from '../calls/index.ts';
import type { App } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { part, type PartDeps } from './part.ts';
import type { MatchingDeps } from './ports.ts';
import { rate, report } from './reviews.ts';

const tags = ['matching'];
const params = z.object({ id: z.string().max(64) });
const config = { rateLimit: { max: 30, timeWindow: '1 minute' } };

/** Blocks, ratings and reports: what people say of each other. */
export function reviewRoutes(app: App, deps: MatchingDeps & PartDeps): void {
  const { access, db, clock } = deps;
  app.post('/api/v1/people/:id/block', { schema: { tags, params }, config }, async (request, reply) => {
    const { personId: byId } = await access.require(request);
    const ofId = request.params.id;
    if (ofId === byId) throw problem('request.invalid', 'Block somebody else: this is you.');
    if (!(await personsById(db, [ofId])).has(ofId)) throw problem('person.not_found', 'Nobody has this id.');
    await part(deps, { byId, ofId, at: new Date(clock.now()) }, async () => undefined);
    return await reply.code(204).send();
  });
  app.delete('/api/v1/people/:id/block', { schema: { tags, params }, config }, async (request, reply) => {
    const { personId: byId } = await access.require(request);
    await unblock(db, { byId, ofId: request.params.id });
    return await reply.code(204).send();
  });
  app.post(
    '/api/v1/calls/:id/rating',
    { schema: { tags, params, body: NewRating }, config },
    async (request, reply) => {
      const actor = await access.require(request);
      const call = await callForPerson(db, request.params.id, { ...actor, roles: [] });
      await rate(db, call, { byId: actor.personId, at: new Date(clock.now()), ...request.body });
      return await reply.code(204).send();
    },
  );
  app.post(
    '/api/v1/calls/:id/report',
    { schema: { tags, params, body: NewReport, response: { 201: z.object({ id: z.string() }) } }, config },
    async (request, reply) => {
      const actor = await access.require(request);
      const call = await callForPerson(db, request.params.id, { ...actor, roles: [] });
      const id = await report(deps, call, {
        byId: actor.personId,
        at: new Date(clock.now()),
        ...request.body,
      });
      return await reply.code(201).send({ id });
    },
  );
}
