import { ConnectionTest, NewConnectionTest, page } from '@latido/protocol';
import { sql } from 'kysely';
import { z } from 'zod';
import type { App, DbOrTx } from '../platform/index.ts';
import { newId, problem } from '../platform/index.ts';
import { callForPerson, seesAll } from './open-call.ts';
import type { CallRouteDeps } from './routes.ts';

const tags = ['calls'];
const params = z.object({ id: z.string().max(64) });
const response = { 200: page(ConnectionTest) };
/** A test takes half a minute; a script that floods is stopped. */
const config = { rateLimit: { max: 30, timeWindow: '10 minutes' } };
/** A call's own are those of the day before it was made, and of its time: what was found out last week tells nothing of it. */
const DAY_MS = 86_400_000;
const SHOWN = 20;

/** `/api/v1/connection-tests`, and those of a call (CALL-31). */
export function connectionTestRoutes(app: App, { access, clock, db }: CallRouteDeps): void {
  app.post(
    '/api/v1/connection-tests',
    { schema: { tags, body: NewConnectionTest, response: { 201: ConnectionTest } }, config },
    async (request, reply) => {
      const { personId, via } = await access.require(request);
      if (via === 'api_key') throw problem('auth.forbidden', 'An API key has no camera: sign in.');
      const kept: Row = {
        id: newId('test'),
        personId,
        at: new Date(clock.now()),
        steps: request.body.steps,
        browser: (request.headers['user-agent'] ?? '').slice(0, 300),
      };
      await insert(db, kept);
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

interface Row {
  readonly id: string;
  readonly personId: string;
  readonly at: Date;
  readonly steps: ConnectionTest['steps'];
  readonly browser: string;
}

async function insert(db: DbOrTx, { id, personId, at, steps, browser }: Row): Promise<void> {
  await sql`insert into calls.connection_test (id, person_id, at, steps, browser)
    values (${id}, ${personId}, ${at}, ${JSON.stringify(steps)}::jsonb, ${browser})`.execute(db);
}

/** Somebody's, the newest first. */
async function testsOf(db: DbOrTx, personId: string): Promise<Row[]> {
  const { rows } =
    await sql<Row>`select id, person_id as "personId", at, steps, browser from calls.connection_test
    where person_id = ${personId} order by at desc limit ${SHOWN}`.execute(db);
  return rows;
}

/** The last one of each who was in a call, from the day before it was made to its end. */
async function testsOfCall(db: DbOrTx, callId: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select distinct on (t.person_id) t.id, t.person_id as "personId", t.at, t.steps, t.browser
      from calls.call c join calls.call_person p on p.call_id = c.id
      join calls.connection_test t on t.person_id = p.person_id
       and t.at > c.created_at - make_interval(secs => ${DAY_MS / 1_000})
       and t.at <= coalesce(c.ended_at, 'infinity')
     where c.id = ${callId} order by t.person_id, t.at desc`.execute(db);
  return rows;
}

const onWire = ({ at, ...row }: Row): ConnectionTest => ({ ...row, at: at.toISOString() });
