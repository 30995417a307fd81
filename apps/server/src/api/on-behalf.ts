import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Access, Person, Principal } from '../access/index.ts';
import { problem } from '../platform/index.ts';

/** Somebody by our id (or e-mail), or by the id that a team's own system has for them. */
export interface Named {
  readonly personId?: string | undefined;
  readonly externalId?: string | undefined;
}

/** Whether these headers carry an API key, good or not: for limits, which are counted before it is looked up. */
export function isApiKey({ authorization, 'x-api-key': key }: IncomingHttpHeaders): boolean {
  return key !== undefined || /^Bearer lat_/i.test(authorization ?? '');
}

/**
 * The person for whom an API key of the scope `tokens:mint` asks.
 *
 * @throws auth.forbidden for other keys, for a banned person, and for staff unless the key is an admin's
 */
export async function onBehalf(access: Access, request: FastifyRequest, named: Named): Promise<Principal> {
  const { id: personId, bannedAt: _, ...is } = (await mintable(access, request, named)).person;
  return { personId, ...is, via: 'api_key', sessionId: null, scopes: [] };
}

/** Somebody whose token this key may make, and the key. */
export async function mintable(
  access: Access,
  request: FastifyRequest,
  named: Named,
): Promise<{ person: Person; keyId: string }> {
  const { scopes, personId: keyId } = await access.requireScope(request, 'tokens:mint');
  if (named.personId === undefined && named.externalId === undefined) {
    throw problem('request.invalid', 'An API key is nobody: name the person by personId or externalId.');
  }
  const person = await access.personNamed(named);
  if (!person) {
    const said = named.personId ?? named.externalId ?? '';
    throw problem('person.not_found', `There is no person ${said.slice(0, 200)}.`);
  }
  if (person.bannedAt) throw problem('auth.forbidden', `${person.name} is banned.`);
  // Or the scope to make tokens would be the scope to do everything.
  if (!scopes.includes('admin') && person.roles.some((role) => role === 'admin' || role === 'manager'))
    throw problem('auth.forbidden', 'Tokens of managers and admins need a key with the scope admin.');
  return { person, keyId };
}
