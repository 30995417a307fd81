import type { IncomingHttpHeaders } from 'node:http';
import type { ClientScope, Role } from '@latido/protocol';
import { AppError, type Database } from '../platform/index.ts';
import { personForAccount, refuseBanned, type AccountSources } from './account-person.ts';
import type { Accounts } from './accounts.ts';
import { keyFor } from './api-keys.ts';
import { clientTokenFor } from './client-tokens.ts';
import { isOfKind } from './kept-secrets.ts';
import { personByIdOrEmail, type Person } from './people.ts';
import type { TeamJwt } from './team-jwt.ts';

/** Who asks, and by what. */
export interface Principal {
  personId: string;
  name: string;
  email: string | null;
  roles: Role[];
  locale: string;
  /** The id that a team's own system has for them; null for an API key. */
  externalId: string | null;
  /** Somebody who came into one session by its link, and has nothing else here. */
  isGuest: boolean;
  via: 'cookie' | 'bearer' | 'api_key';
  /** The session or client token that they are signed in by; null for an API key. */
  sessionId: string | null;
  /** Epoch ms at which the bearer runs out; none for sessions, which are renewed, and API keys. */
  until?: number;
  /** What an API key may be used for; empty for people. */
  scopes: string[];
  /** What a client token is good for; without it, everything that its person may. */
  reach?: readonly ClientScope[];
}

/** Where sign-ins are looked up. */
export interface PrincipalSources extends AccountSources {
  accounts: Accounts;
  teamJwt: TeamJwt | null;
}

/**
 * Who sent these headers: an API key, a client token, a team's own JWT, else a session by bearer or cookie.
 *
 * @throws auth.forbidden for who is banned, database.unavailable when that cannot be told now
 */
export async function principalFor(
  sources: PrincipalSources,
  headers: IncomingHttpHeaders,
): Promise<Principal | null> {
  // Of the signs that a header may have: a door may be given a token in words of its own.
  const bearer = /^Bearer ([\x21-\x7e]+)$/i.exec(headers.authorization ?? '')?.[1];
  const key = headers['x-api-key'] ?? (bearer !== undefined && isOfKind('lat', bearer) ? bearer : undefined);
  if (typeof key === 'string') return await ofKey(sources.database, key);
  if (bearer !== undefined && isOfKind('lct', bearer)) return await ofClientToken(sources.database, bearer);
  if (bearer !== undefined && sources.teamJwt?.isOne(bearer)) {
    const found = await sources.teamJwt.personOf(bearer);
    return found && inPerson(found.person, { via: 'bearer', sessionId: null, until: found.until });
  }
  if (bearer === undefined && headers.cookie === undefined) return null;
  const own = new Headers();
  if (bearer !== undefined) own.set('authorization', `Bearer ${bearer}`);
  else own.set('cookie', headers.cookie ?? '');
  const signedIn = await sources.accounts.api.getSession({ headers: own }).catch(databaseIsAway);
  if (!signedIn) return null;
  const person = await personForAccount(sources, signedIn.user);
  return inPerson(person, {
    via: bearer === undefined ? 'cookie' : 'bearer',
    sessionId: signedIn.session.id,
  });
}

function inPerson(person: Person, by: Pick<Principal, 'via' | 'sessionId' | 'until'>): Principal {
  const { id: personId, bannedAt: _, ...is } = refuseBanned(person);
  return { personId, ...is, scopes: [], ...by };
}

async function ofClientToken({ db }: Database, bearer: string): Promise<Principal | null> {
  const token = await clientTokenFor(db, bearer);
  const person = token && (await personByIdOrEmail(db, token.personId));
  const by = token && { via: 'bearer' as const, sessionId: token.id, until: token.expiresAt.getTime() };
  return person && by && { ...inPerson(person, by), reach: token.scopes };
}

async function ofKey({ db }: Database, key: string): Promise<Principal | null> {
  const found = await keyFor(db, key);
  if (!found) return null;
  if (found.createdBy) {
    const maker = await personByIdOrEmail(db, found.createdBy);
    if (maker) refuseBanned(maker);
  }
  const roles: Role[] = found.scopes.includes('admin') ? ['admin'] : [];
  const { id: personId, name, scopes } = found;
  const nobody = { email: null, locale: 'en', externalId: null, sessionId: null, isGuest: false };
  return { personId, name, roles, scopes, via: 'api_key', ...nobody };
}

/** better-auth says only that it failed inside; what it does inside is ask the database. */
function databaseIsAway(cause: unknown): never {
  if (cause instanceof AppError) throw cause;
  throw new AppError('database.unavailable', 'Your sign-in could not be read. Try again in a moment.', {
    cause,
  });
}
