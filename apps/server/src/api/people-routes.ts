import type { PersonShown, Role } from '@latido/protocol';
import {
  page,
  PatchPerson,
  PeopleQuery,
  PersonShown as PersonShownSchema,
  SignedOut,
} from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access, ListedPerson, Person } from '../access/index.ts';
import { openCallsOf, recordRemoval, takeOut } from '../calls/index.ts';
import { walletsOf, whoAsks, type AskedCoins } from '../ledger/index.ts';
import type { App, Clock, Db, Hints } from '../platform/index.ts';
import { problem } from '../platform/index.ts';

export interface PeopleRouteDeps {
  readonly access: Access;
  readonly db: Db;
  readonly hints: Hints;
  readonly clock: Clock;
}

const tags = ['people'];
const params = z.object({ id: z.string().min(1).max(200) });
/** Roles that look after others: only an admin makes, unmakes or bans them. */
const STAFF: readonly Role[] = ['manager', 'admin'];

/** `/api/v1/people`: finding people, their roles, bans, signing them out. Coins are given at `/api/v1/wallets/{id}/grants`. */
export function peopleRoutes(app: App, deps: PeopleRouteDeps): void {
  readingRoutes(app, deps);
  changingRoutes(app, deps);
}

function readingRoutes(app: App, deps: PeopleRouteDeps): void {
  const { access } = deps;
  app.get(
    '/api/v1/people',
    {
      schema: {
        tags,
        summary: 'Find people',
        description: 'Newest first. For managers, admins and keys with `people:write`.',
        querystring: PeopleQuery,
        response: { 200: page(PersonShownSchema) },
      },
    },
    async (request) => {
      await mayRead(access, request);
      const { asking, ...asked } = request.query;
      const asks = await whoAsks(deps.db);
      const ids = asking === true ? [...asks.keys()] : undefined;
      const { people, nextCursor } = await access.listPeople({ ...asked, ids });
      return { items: await shown(deps, people, asks), nextCursor };
    },
  );
  app.get(
    '/api/v1/people/:id',
    {
      schema: {
        tags,
        summary: 'One person',
        description: 'By id or e-mail.',
        params,
        response: { 200: PersonShownSchema },
      },
    },
    async (request) => {
      await mayRead(access, request);
      return await shownOne(deps, await personOf(deps, request.params.id));
    },
  );
}

function changingRoutes(app: App, deps: PeopleRouteDeps): void {
  const { access } = deps;
  app.patch(
    '/api/v1/people/:id',
    {
      schema: {
        tags,
        summary: 'Change roles, ban, take a ban back',
        description:
          'For admins and keys with `people:write`; managers and admins are changed by admins only. Other roles and a ban end every socket and ticket of that person at once; a ban also ends their calls and takes them out of every room.',
        params,
        body: PatchPerson,
        response: { 200: PersonShownSchema },
      },
    },
    async (request) => {
      const { roles = [], banned } = request.body;
      const { personId: by } = await mayChange(access, request, roles);
      const person = await personOf(deps, request.params.id);
      await mayChange(access, request, person.roles);
      const changed = await access.changePerson(person.id, request.body);
      if (banned === true) {
        for (const call of await openCallsOf(deps.db, person.id))
          await recordRemoval(deps, { call, personId: by });
        await takeOut(deps, person.id);
      }
      return await shownOne(deps, changed);
    },
  );
  app.post(
    '/api/v1/people/:id/sign-out',
    {
      schema: {
        tags,
        summary: 'Sign somebody out everywhere',
        description: 'Every sign-in of theirs ends, with its sockets. They may sign in again.',
        params,
        response: { 200: SignedOut },
      },
    },
    async (request) => {
      await mayChange(access, request, []);
      const person = await personOf(deps, request.params.id);
      await mayChange(access, request, person.roles);
      return { sessions: await access.signOutEverywhere(person.id) };
    },
  );
}

async function mayRead(access: Access, request: FastifyRequest): Promise<void> {
  await access.requireScope(request, 'people:write', 'admin', 'manager');
}

/** Whoever may change people may not make themselves an admin by it. */
export async function mayChange(
  access: Access,
  request: FastifyRequest,
  roles: readonly Role[],
): Promise<{ personId: string }> {
  if (roles.some((role) => STAFF.includes(role))) return await access.require(request, 'admin');
  return await access.requireScope(request, 'people:write', 'admin');
}

async function personOf({ access, db }: PeopleRouteDeps, id: string): Promise<Person> {
  const person = await access.personByIdOrEmail(db, id);
  if (!person) throw problem('person.not_found', `There is no person ${id.slice(0, 64)}.`);
  return person;
}

async function shownOne(deps: PeopleRouteDeps, { id }: Person): Promise<PersonShown> {
  const { people } = await deps.access.listPeople({ ids: [id], limit: 1 });
  const [one] = await shown(deps, people, await whoAsks(deps.db));
  if (!one) throw problem('person.not_found', `There is no person ${id}.`);
  return one;
}

async function shown(
  { db }: PeopleRouteDeps,
  people: readonly ListedPerson[],
  asks: ReadonlyMap<string, AskedCoins>,
): Promise<PersonShown[]> {
  const wallets = await walletsOf(
    db,
    people.map(({ id }) => id),
  );
  return people.map((person) => ({
    personId: person.id,
    name: person.name,
    email: person.email,
    roles: person.roles,
    locale: person.locale,
    createdAt: person.createdAt.toISOString(),
    bannedAt: person.bannedAt?.toISOString() ?? null,
    sessions: Number(person.sessions),
    lastSeenAt: person.lastSeenAt?.toISOString() ?? null,
    balance: wallets.has(person.id) ? Number(wallets.get(person.id)) : null,
    asksSince: asks.get(person.id)?.askedAt.toISOString() ?? null,
    asksFor: asks.get(person.id)?.memo ?? null,
  }));
}
