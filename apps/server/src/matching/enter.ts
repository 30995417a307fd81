import type { Role } from '@latido/protocol';
import { EARNING, PAYING, type GoOnAir, type LookFor } from '@latido/protocol';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import { spendableOf, walletOf } from '../ledger/index.ts';
import { planFor } from '../metering/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { Actor } from './ports.ts';

/** Somebody gets in line, or changes what they asked for and keeps their place. */
interface Wish {
  readonly at: Date;
  readonly personId: string;
  readonly side: 'payer' | 'earner';
  readonly maxPrice: bigint | null;
  readonly language: string | null;
  readonly connectAtOnce: boolean;
  readonly planId: string | null;
  readonly price: bigint | null;
  readonly askFirst: boolean;
  readonly unhurried: boolean;
  readonly page: string | null;
}

/**
 * A payer looks for somebody.
 *
 * @throws auth.forbidden, balance.insufficient for who cannot pay the first unit of anybody
 */
export async function lookForSomebody(
  db: DbOrTx,
  actor: Actor,
  { wish, now }: { wish: LookFor; now: number },
): Promise<void> {
  mayBe(actor, PAYING, 'Looking for somebody is for clients and mentees, who pay.');
  const { maxPrice = null, language = null, connectAtOnce = false, unhurried = false, page = null } = wish;
  const into: Wish = {
    at: new Date(now),
    personId: actor.personId,
    side: 'payer',
    maxPrice: maxPrice === null ? null : BigInt(maxPrice),
    language,
    connectAtOnce,
    planId: null,
    price: null,
    askFirst: false,
    unhurried,
    page,
  };
  const mustBe = sql`${spendableOf(actor.personId)} >= (${leastOnAir})`;
  if (await putInLine(db, into, mustBe)) return;
  await requireFirstUnit(db, actor.personId);
  await putInLine(db, into, sql`true`);
}

/**
 * An earner goes on air, by one of their plans.
 *
 * @throws auth.forbidden, plan.not_found
 */
export async function goOnAir(
  db: DbOrTx,
  actor: Actor,
  { wish, now }: { wish: GoOnAir; now: number },
): Promise<void> {
  mayBe(actor, EARNING, 'Being on air is for models and mentors, who earn.');
  const { personId } = actor;
  const { planId, perMinute } = await planFor(db, { name: wish.planId, earnerId: personId });
  const into: Wish = {
    at: new Date(now),
    personId,
    side: 'earner',
    maxPrice: null,
    language: actor.locale,
    connectAtOnce: false,
    planId,
    price: perMinute,
    askFirst: wish.askFirst ?? false,
    unhurried: wish.unhurried ?? false,
    page: wish.page ?? null,
  };
  await putInLine(db, into, sql`true`);
}

/** @throws auth.forbidden for who is on another side, and for a key, which is nobody */
export function mayBe({ via, roles }: Actor, side: readonly Role[], sentence: string): void {
  if (via === 'api_key') throw problem('auth.forbidden', 'An API key is nobody: sign in to meet somebody.');
  if (!roles.some((role) => side.includes(role))) throw problem('auth.forbidden', sentence);
}

/** What the cheapest who are on air ask; null while nobody is. */
const leastOnAir = sql`select min(price) from matching.waiting where side = 'earner' and off is null`;

/** The cheapest first unit that the house has: who cannot pay that can meet nobody. */
async function requireFirstUnit(db: DbOrTx, payerId: string): Promise<void> {
  const { firstHold: required } = await planFor(db, { name: undefined, earnerId: '' });
  const { rows } = await sql<{ least: bigint | null }>`select (${leastOnAir}) as least`.execute(db);
  const least = rows[0]?.least ?? required;
  const needed = least < required ? least : required;
  const wallet = await walletOf(db, payerId);
  const available = wallet?.available ?? 0n;
  if (available >= needed) return;
  const missing = needed - available;
  throw problem(
    'balance.insufficient',
    `A call needs ${needed} coins; you have ${available}. Top up ${missing}.`,
    {
      required: Number(needed),
      available: Number(available),
      missing: Number(missing),
      currency: 'COIN',
    },
  );
}

/** Whether it was done: not where what must be so is not. */
async function putInLine(db: DbOrTx, wish: Wish, mustBe: RawBuilder<unknown>): Promise<boolean> {
  const { at } = wish;
  // Who is in line keeps their place, unless they change sides; who is off begins anew.
  const anew = sql`(w.off is not null or w.side <> excluded.side)`;
  const { rows } =
    await sql`insert into matching.waiting as w (person_id, side, since, free_since, beat_at, max_price, language,
      connect_at_once, plan_id, price, ask_first, unhurried, page)
    select ${wish.personId}::text, ${wish.side}::text, ${at}::timestamptz, ${at}::timestamptz, ${at}::timestamptz,
      ${wish.maxPrice}::bigint, ${wish.language}::text, ${wish.connectAtOnce}::boolean, ${wish.planId}::text,
      ${wish.price}::bigint, ${wish.askFirst}::boolean, ${wish.unhurried}::boolean, ${wish.page}::text
     where ${mustBe}
    on conflict (person_id) do update set side = excluded.side, beat_at = excluded.beat_at, max_price = excluded.max_price,
      language = excluded.language, connect_at_once = excluded.connect_at_once, plan_id = excluded.plan_id,
      price = excluded.price, ask_first = excluded.ask_first, unhurried = excluded.unhurried,
      page = case when ${anew} then excluded.page else coalesce(excluded.page, w.page) end,
      since = case when ${anew} then excluded.since else w.since end,
      free_since = case when ${anew} then excluded.free_since else w.free_since end,
      ahead = not ${anew} and w.ahead, silences = case when ${anew} then 0 else w.silences end,
      off = null, off_at = null, missing = null
    returning person_id`.execute(db);
  return rows.length > 0;
}
