import { ApiKeyMade, ApiKeys, Me, NewApiKey, PatchMe, Session } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { problem, type App, type Db } from '../platform/index.ts';
import type { Access } from './access.ts';
import { createApiKey, listApiKeys, revokeApiKey, rotateApiKey, type ApiKey } from './api-keys.ts';
import { renamePerson } from './people.ts';
import type { Principal } from './principal.ts';

interface AccessRouteDeps {
  readonly app: App;
  readonly access: Access;
  readonly db: Db;
}

const tags = ['access'];

/** Registers `/api/v1/session`, `/api/v1/me` and `/api/v1/api-keys`. */
export function registerAccessRoutes(deps: AccessRouteDeps): void {
  meRoutes(deps);
  keyRoutes(deps);
}

function meRoutes({ app, access, db }: AccessRouteDeps): void {
  // A page may ask before anybody has signed in: that is no error, and no red line in its console.
  app.get('/api/v1/session', { schema: { tags, response: { 200: Session } } }, async (request) => {
    const principal = await access.principal(request);
    return { person: principal && asMe(principal) };
  });
  app.get('/api/v1/me', { schema: { tags, response: { 200: Me } } }, async (request) =>
    asMe(await access.require(request)),
  );

  app.patch('/api/v1/me', { schema: { tags, body: PatchMe, response: { 200: Me } } }, async (request) => {
    const principal = await access.require(request);
    const { name, locale } = request.body;
    // A host let them in by the name that they had.
    if (principal.isGuest && name !== undefined)
      throw problem('auth.forbidden', 'A guest keeps the name by which they came.');
    const to = { ...(name === undefined ? {} : { name }), ...(locale === undefined ? {} : { locale }) };
    const person = await renamePerson(db, principal.personId, to);
    if (!person) throw problem('person.not_found', 'An API key is nobody: sign in.');
    return asMe({ ...principal, name: person.name, locale: person.locale });
  });
}

function keyRoutes({ app, access, db }: AccessRouteDeps): void {
  const params = z.object({ id: z.string().max(64) });
  /** Whoever has a key, and no more, makes none: it would outlive that key. */
  const maker = async (request: FastifyRequest): Promise<string> => {
    const { personId, via } = await access.require(request, 'admin');
    if (via === 'api_key') throw problem('auth.forbidden', 'A key cannot make keys: sign in.');
    return personId;
  };
  app.post(
    '/api/v1/api-keys',
    { schema: { tags, body: NewApiKey, response: { 201: ApiKeyMade } } },
    async (request, reply) => {
      const made = await createApiKey(db, { ...request.body, createdBy: await maker(request) });
      return await reply.code(201).send({ ...onWire(made), key: made.key });
    },
  );

  app.post(
    '/api/v1/api-keys/:id/rotate',
    { schema: { tags, params, response: { 200: ApiKeyMade } } },
    async (request) => {
      const rotated = await rotateApiKey(db, { id: request.params.id, by: await maker(request) });
      access.endings.announce();
      return { ...onWire(rotated), key: rotated.key };
    },
  );

  app.get('/api/v1/api-keys', { schema: { tags, response: { 200: ApiKeys } } }, async (request) => {
    await access.require(request, 'admin');
    return { items: (await listApiKeys(db)).map(onWire), nextCursor: null };
  });

  app.delete('/api/v1/api-keys/:id', { schema: { tags, params } }, async (request, reply) => {
    await access.require(request, 'admin');
    await revokeApiKey(db, request.params.id);
    access.endings.announce();
    return await reply.code(204).send();
  });
}

function asMe({ personId, name, email, roles, locale, isGuest }: Principal): Me {
  return { personId, name, email, roles, locale, isGuest };
}

function onWire({ id, prefix, name, scopes, createdAt, lastUsedAt }: ApiKey) {
  return {
    id,
    prefix,
    name,
    scopes,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
