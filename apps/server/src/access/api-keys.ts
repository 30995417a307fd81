import type { ApiScope } from '@latido/protocol';
import { sql } from 'kysely';
import { newId, problem, type Db } from '../platform/index.ts';
import { isKept, newSecret, prefixOf } from './kept-secrets.ts';

/** A key as it is listed: never the key itself. */
export interface ApiKey {
  id: string;
  prefix: string;
  name: string;
  scopes: ApiScope[];
  createdBy: string | null;
  createdAt: Date;
  lastUsedAt: Date | null;
}

const columns = sql`id, prefix, name, scopes, created_by as "createdBy", created_at as "createdAt",
  last_used_at as "lastUsedAt"`;

/** Makes a key. It is shown this once: only its hash is kept. */
export async function createApiKey(
  db: Db,
  { name, scopes, createdBy }: { name: string; scopes: ApiScope[]; createdBy: string },
): Promise<ApiKey & { key: string }> {
  const { secret: key, prefix, hash } = newSecret('lat');
  const { rows } = await sql<ApiKey>`insert into access.api_key (id, prefix, hash, name, scopes, created_by)
    values (${newId('key')}, ${prefix}, ${hash}, ${name}, ${scopes}::text[], ${createdBy})
    returning ${columns}`.execute(db);
  const made = rows[0];
  if (!made) throw new Error('the key was not written');
  return { ...made, key };
}

/** The keys that are valid. */
export async function listApiKeys(db: Db): Promise<ApiKey[]> {
  const { rows } = await sql<ApiKey>`
    select ${columns} from access.api_key where revoked_at is null order by created_at, id`.execute(db);
  return rows;
}

/**
 * Gives a key another secret, shown this once; the old one is good for nothing from now on. Its id, name and scopes stay, and so do the
 * client tokens that were made with it: whoever fears that the old secret was known to others revokes the key.
 *
 * @throws route.not_found
 */
export async function rotateApiKey(
  db: Db,
  { id, by }: { id: string; by: string },
): Promise<ApiKey & { key: string }> {
  const { secret: key, prefix, hash } = newSecret('lat');
  // It is theirs who has the secret now: a ban of who made it once is nothing to it any more.
  const { rows } = await sql<ApiKey>`update access.api_key
    set prefix = ${prefix}, hash = ${hash}, created_by = ${by}, last_used_at = null
    where id = ${id} and revoked_at is null returning ${columns}`.execute(db);
  const [rotated] = rows;
  if (!rotated) throw noKey(id);
  return { ...rotated, key };
}

const noKey = (id: string) => problem('route.not_found', `There is no valid key ${id}.`);

/** Ends a key at once, and every client token that was made with it: whoever had the key may have made some for anybody. */
export async function revokeApiKey(db: Db, id: string): Promise<void> {
  const { rows } = await sql`
    with ended as (update access.api_key set revoked_at = now() where id = ${id} and revoked_at is null returning id),
         tokens as (update access.client_token t set revoked_at = now() from ended
           where t.created_by = ended.id and t.revoked_at is null and t.expires_at > now())
    select id from ended`.execute(db);
  if (rows.length === 0) throw noKey(id);
}

/** Whose key this is and what it may do; null when it is none of ours. One indexed read. */
export async function keyFor(db: Db, key: string): Promise<ApiKey | null> {
  const prefix = prefixOf('lat', key);
  if (!prefix) return null;
  const { rows } = await sql<ApiKey & { hash: string }>`
    select ${columns}, hash from access.api_key where prefix = ${prefix} and revoked_at is null`.execute(db);
  const found = rows[0];
  if (!found || !isKept(found.hash, key)) return null;
  const { hash: _, ...known } = found;
  await markUsed(db, known);
  return known;
}

const MARK_EVERY_MS = 60_000;

/** One write a minute for a key, however busy it is. */
async function markUsed(db: Db, { id, lastUsedAt }: ApiKey): Promise<void> {
  if (lastUsedAt && Date.now() - lastUsedAt.getTime() < MARK_EVERY_MS) return;
  await sql`update access.api_key set last_used_at = now() where id = ${id}`.execute(db);
}
