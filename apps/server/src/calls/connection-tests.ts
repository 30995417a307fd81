import { ConnectionTest, NewConnectionTest, page } from '@latido/protocol';
import { z } from 'zod';
import type { App } from '../platform/index.ts';
import { newId, problem } from '../platform/index.ts';
import { insertTest, testsOf, testsOfCall, type TestRow } from './connection-test-store.ts';
import { callForPerson, seesAll } from './open-call.ts';
import type { CallRouteDeps } from './routes.ts';

const tags = ['calls'];
const params = z.object({ id: z.string().max(64) });
const response = { 200: page(ConnectionTest) };
/** A test takes half a minute; a script that floods is stopped. */
const config = { rateLimit: { max: 30, timeWindow: '10 minutes' } };

/** `/api/v1/connection-tests`, and those of a call (CALL-31). */
export function connectionTestRoutes(app: App, { access, clock, db }: CallRouteDeps): void {
  app.post(
    '/api/v1/connection-tests',
    { schema: { tags, body: NewConnectionTest, response: { 201: ConnectionTest } }, config },
    async (request, reply) => {
      const { personId, via } = await access.require(request);
      if (via === 'api_key') throw problem('auth.forbidden', 'An API key has no camera: sign in.');
      const kept: TestRow = {
        id: newId('test'),
        personId,
        at: new Date(clock.now()),
        steps: request.body.steps,
        browser: (request.headers['user-agent'] ?? '').slice(0, 300),
      };
      await insertTest(db, kept);
      return await reply.code(201).send(onWire(kept));
    },
  );
  app.get('/api/v1/connection-tests', { schema: { tags, response } }, async (request) => {
    const { personId } = await access.require(request);
    return { items: (await testsOf(db, personId)).map(onWire), nextCursor: null };
  });
  app.get('/api/v1/calls/:id/connection-tests', { schema: { tags, params, response } }, async (request) => {
    const viewer = await access.require(request);
    const call = await callForPerson(db, request.params.id, viewer);
    const all = await testsOfCall(db, call.id);
    const items = seesAll(viewer) ? all : all.filter(({ personId }) => personId === viewer.personId);
    return { items: items.map(onWire), nextCursor: null };
  });
}

const onWire = ({ at, ...row }: TestRow): ConnectionTest => ({ ...row, at: at.toISOString() });
