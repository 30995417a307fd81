import { sql, type RawBuilder } from 'kysely';
import { problem, type DbOrTx, type Tx } from '../platform/index.ts';

/** Two who do not meet. */
export interface Block {
  readonly byId: string;
  readonly ofId: string;
}

/** From now on the two never meet, from either side. Asking twice is asking once. */
export async function block(db: DbOrTx, { byId, ofId, at }: Block & { at: Date }): Promise<void> {
  await sql`insert into access.block (by_id, of_id, created_at) values (${byId}, ${ofId}, ${at})
    on conflict do nothing`.execute(db);
}

/** Takes one's own block back; what the other has asked for stays. */
export async function unblock(db: DbOrTx, { byId, ofId }: Block): Promise<void> {
  await sql`delete from access.block where by_id = ${byId} and of_id = ${ofId}`.execute(db);
}

/** Of some people, whom each never meets, by whichever side asked for it. */
export async function blocksAmong(db: DbOrTx, ids: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await sql<Block>`select by_id as "byId", of_id as "ofId" from access.block
    where by_id = any(${[...ids]}::text[])`.execute(db);
  const found = new Map<string, string[]>();
  for (const { byId, ofId } of rows) found.set(byId, [...(found.get(byId) ?? []), ofId]);
  return found;
}

/** Whom one person never meets, beside a row of theirs: an array, null where there is nobody. */
export const neverMetBy = (personId: RawBuilder<unknown>) =>
  sql<string[] | null>`(select array_agg(b.of_id) from access.block b where b.by_id = ${personId})`;

/** Who among some has blocked one of these people. */
export async function blockersOf(
  db: DbOrTx,
  ids: readonly string[],
  { among }: { among: readonly string[] },
): Promise<string[]> {
  const { rows } = await sql<{ byId: string }>`select distinct by_id as "byId" from access.block
    where by_id = any(${[...among]}::text[]) and of_id = any(${[...ids]}::text[])`.execute(db);
  return rows.map(({ byId }) => byId);
}

/**
 * Refuses two of whom one has blocked the other; who did is not said.
 *
 * @throws person.blocked
 */
export async function refuseBlocked(db: DbOrTx, [one, other]: readonly [string, string]): Promise<void> {
  const { rows } = await sql<{ found: number }>`select 1 as found from access.block
    where (by_id = ${one} and of_id = ${other}) or (by_id = ${other} and of_id = ${one}) limit 1`.execute(db);
  if (rows.length > 0) throw problem('person.blocked', 'You two cannot have a call with each other.');
}

/**
 * Refuses what {@link refuseBlocked} refuses, and lets no block of these two be carried out before the commit: whoever blocks sees what
 * was made meanwhile, or whoever makes it sees the block.
 *
 * @throws person.blocked
 */
export async function refuseBlockedTill(tx: Tx, pair: readonly [string, string]): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(hashtextextended(${keyOf(pair)}, 0))`.execute(tx);
  await refuseBlocked(tx, pair);
}

/** Waits for whoever is making something between these two, and has not seen what was committed before. In a transaction of its own. */
export async function awaitMakers(tx: Tx, pair: readonly [string, string]): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${keyOf(pair)}, 0))`.execute(tx);
}

const keyOf = (pair: readonly [string, string]): string => `apart:${pair.toSorted().join(':')}`;

/** Of some pairs those of whom one has blocked the other, as `one other` in the order they were named. */
export async function blockedOf(
  db: DbOrTx,
  pairs: readonly (readonly [one: string, other: string])[],
): Promise<Set<string>> {
  const [ones, others] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
  const { rows } = await sql<{ one: string; other: string }>`
    select u.one, u.other from unnest(${ones}::text[], ${others}::text[]) as u (one, other)
    where exists (select from access.block b where b.by_id = u.one and b.of_id = u.other)
       or exists (select from access.block b where b.by_id = u.other and b.of_id = u.one)`.execute(db);
  return new Set(rows.map(({ one, other }) => `${one} ${other}`));
}
