import type { ClientScope } from '@latido/protocol';
import { sql } from 'kysely';
import { newId, type Db, type DbOrTx, type Job } from '../platform/index.ts';
import { isKept, newSecret, prefixOf } from './kept-secrets.ts';

/** A bearer of one person, made by a team's backend. */
export interface ClientToken {
  readonly id: string;
  readonly personId: string;
  readonly scopes: readonly ClientScope[];
  readonly expiresAt: Date;
}

/** What a token is made of. */
export interface NewToken {
  readonly personId: string;
  readonly scopes: readonly ClientScope[];
  /** The API key that asked for it. */
  readonly createdBy: string;
  readonly expiresAt: Date;
}

const FORGET_EVERY_MS = 600_000;

/** Makes a token. It is shown this once: only its hash is kept. */
export async function createClientToken(
  db: Db,
  of: NewToken,
): Promise<ClientToken & { readonly token: string }> {
  const { personId, scopes, createdBy, expiresAt } = of;
  const id = newId('token');
  const { secret: token, prefix, hash } = newSecret('lct');
  await sql`insert into access.client_token (id, prefix, hash, person_id, scopes, created_by, expires_at)
    values (${id}, ${prefix}, ${hash}, ${personId}, ${[...scopes]}::text[], ${createdBy}, ${expiresAt})`.execute(
    db,
  );
  return { id, personId, scopes, expiresAt, token };
}

/** Whose token this is; null when it is none of ours, has run out or was revoked. One indexed read. */
export async function clientTokenFor(db: Db, token: string): Promise<ClientToken | null> {
  const prefix = prefixOf('lct', token);
  if (!prefix) return null;
  const { rows } = await sql<ClientToken & { hash: string }>`
    select id, hash, person_id as "personId", scopes, expires_at as "expiresAt" from access.client_token
    where prefix = ${prefix} and revoked_at is null and expires_at > now()`.execute(db);
  const [found] = rows;
  if (!found || !isKept(found.hash, token)) return null;
  const { hash: _, ...known } = found;
  return known;
}

/** Ends a person's tokens, or the one of this id, at once, with the sockets that hang on them. Gives how many those were. */
export async function revokeClientTokens(db: DbOrTx, personId: string, tokenId?: string): Promise<number> {
  const { rows } = await sql<{ id: string }>`update access.client_token set revoked_at = now()
    where person_id = ${personId} and (${tokenId ?? null}::text is null or id = ${tokenId ?? null})
      and revoked_at is null and expires_at > now() returning id`.execute(db);
  return rows.length;
}

/** What has run out is forgotten a day later. */
export function forgetClientTokens(db: Db): Job {
  return {
    name: 'old client tokens',
    everyMs: FORGET_EVERY_MS,
    async run() {
      await sql`delete from access.client_token where expires_at < now() - interval '1 day'`.execute(db);
    },
  };
}

/** What is asked for. */
export interface AskedFor {
  readonly method: string;
  readonly url: string;
}

/**
 * What a scope opens, by the method and the beginning of the address. Of collections a collector's work: who lends does so signed in, or
 * with a key, and not with what lies in somebody's phone.
 */
const OPENS: Readonly<Record<ClientScope, RegExp>> = {
  inbox: /^\S+ \/(api\/v1\/(inbox|realtime|push|me)\b|api\/status\/|broadcasting\/|pusher\/)/,
  calls: /^\S+ \/api\/(livekit\/|v1\/(calls|presence|me|wallet|earnings|plans)\b)/,
  collections:
    /^(\S+ \/api\/v1\/me\b|(GET|HEAD) \/api\/v1\/(credits|debtors|payments|collections\/overview)\b|POST \/api\/v1\/(payments|visits)\b)/,
};

/** Whether a token of these scopes is good for this. */
export function opens(scopes: readonly ClientScope[], { method, url }: AskedFor): boolean {
  return scopes.some((scope) => OPENS[scope].test(`${method} ${url}`));
}
