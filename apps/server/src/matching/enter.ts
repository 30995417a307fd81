import { COINS, counted } from '@latido/core';
import type { Role } from '@latido/protocol';
import { EARNING, PAYING, type GoOnAir, type LookFor } from '@latido/protocol';
import { sql } from 'kysely';
import { spendableOf, walletOf } from '../ledger/index.ts';
import { payersUnsettled, planFor, type Offered } from '../metering/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { Actor } from './ports.ts';

/** Somebody gets in line, or changes what they asked for and keeps their place. */
export interface Wish {
  readonly at: Date;
  readonly personId: string;
  readonly side: 'payer' | 'earner';
  readonly maxPrice: string | null;
  readonly language: string | null;
  readonly connectAtOnce: boolean;
  readonly planId: string | null;
  readonly price: string | null;
  readonly firstHold: string | null;
  readonly askFirst: boolean;
  readonly unhurried: boolean;
  readonly page: string | null;
  /** Whether they come in whatever they can pay. */
  readonly isSure: boolean;
}

/** What a payer asks for, and when. */
export interface Looking {
  readonly wish: LookFor;
  readonly now: number;
}

/** What an earner offers, and when. */
export interface GoingOnAir {
  readonly wish: GoOnAir;
  readonly now: number;
}

/**
 * A payer looks for somebody.
 *
 * @throws auth.forbidden, balance.insufficient for who cannot pay the first unit of anybody
 */
export async function lookForSomebody(db: DbOrTx, actor: Actor, of: Looking): Promise<void> {
  const wish = wishOfPayer(actor, of);
  if ((await putInLine(db, [wish])).has(actor.personId)) return;
  await requireFirstUnit(db, actor.personId);
  await putInLine(db, [{ ...wish, isSure: true }]);
}

/**
 * A payer who was refused for lack of coins looks again: with what their last call has given back, or, where that is not known yet, whatever
 * they have now (MATCH-32).
 *
 * @throws what {@link lookForSomebody} throws
 */
export async function lookAgain(db: DbOrTx, actor: Actor, of: Looking): Promise<void> {
  const onTheirWay = await coinsOnTheirWay(db, [actor.personId], of.now);
  if (!onTheirWay.has(actor.personId)) return await lookForSomebody(db, actor, of);
  await putInLine(db, [{ ...wishOfPayer(actor, of), isSure: true }]);
}

/** Longer than a meter waits for the proofs of a mute node, and than a call's end may lie back as it is noticed. */
const SETTLED_WITHIN_MS = 120_000;

/** Who of these has coins on hold by a call that has ended. */
export async function coinsOnTheirWay(
  db: DbOrTx,
  payerIds: readonly string[],
  now: number,
): Promise<ReadonlySet<string>> {
  return await payersUnsettled(db, payerIds, new Date(now - SETTLED_WITHIN_MS));
}

/** A payer's row. @throws auth.forbidden */
export function wishOfPayer(actor: Actor, { wish, now }: Looking): Wish {
  mayBe(actor, PAYING, 'Looking for somebody is for clients and mentees, who pay.');
  const { maxPrice = null, language = null, connectAtOnce = false, unhurried = false, page = null } = wish;
  return {
    at: new Date(now),
    personId: actor.personId,
    side: 'payer',
    maxPrice: maxPrice === null ? null : String(maxPrice),
    language,
    connectAtOnce,
    planId: null,
    price: null,
    firstHold: null,
    askFirst: false,
    unhurried,
    page,
    isSure: false,
  };
}

/**
 * An earner goes on air, by one of their plans.
 *
 * @throws auth.forbidden, plan.not_found
 */
export async function goOnAir(db: DbOrTx, actor: Actor, of: GoingOnAir): Promise<void> {
  mayBeOnAir(actor);
  const offered = await planFor(db, { name: of.wish.planId, earnerId: actor.personId });
  await putInLine(db, [wishOfEarner(actor, offered, of)]);
}

/** @throws auth.forbidden */
export function mayBeOnAir(actor: Actor): void {
  mayBe(actor, EARNING, 'Being on air is for models and mentors, who earn.');
}

/** An earner's row, by one of their plans. */
export function wishOfEarner(
  { personId, locale }: Actor,
  { planId, mostPerMinute, firstHold }: Pick<Offered, 'planId' | 'mostPerMinute' | 'firstHold'>,
  { wish, now }: GoingOnAir,
): Wish {
  return {
    at: new Date(now),
    personId,
    side: 'earner',
    maxPrice: null,
    language: locale,
    connectAtOnce: false,
    planId,
    price: String(mostPerMinute),
    firstHold: String(firstHold),
    askFirst: wish.askFirst ?? false,
    unhurried: wish.unhurried ?? false,
    page: wish.page ?? null,
    isSure: true,
  };
}

/** @throws auth.forbidden for who is on another side, and for a key, which is nobody */
export function mayBe({ via, roles }: Actor, side: readonly Role[], sentence: string): void {
  if (via === 'api_key') throw problem('auth.forbidden', 'An API key is nobody: sign in to meet somebody.');
  if (!roles.some((role) => side.includes(role))) throw problem('auth.forbidden', sentence);
}

/** The least that anybody on air holds first; null while nobody is. A row that says only the price is from before, until the next look. */
const leastOnAir = sql`select min(coalesce(first_hold, price)) as least from matching.waiting where side = 'earner' and off is null`;

/** The least first unit on air, or the house's: who cannot pay that can meet nobody. */
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
    `A call needs ${counted(needed, COINS.en)}; you have ${available}. Top up ${missing}.`,
    {
      required: Number(needed),
      available: Number(available),
      missing: Number(missing),
      currency: 'COIN',
    },
  );
}

/**
 * Puts people in line, each of them once, in the order of their ids as whoever else writes several rows does. Gives who is in it
 * now: not a payer who is in nothing and cannot pay the least first unit on air.
 */
export async function putInLine(db: DbOrTx, wishes: readonly Wish[]): Promise<ReadonlySet<string>> {
  // Who is in line keeps their place, unless they change sides; who is off begins anew.
  const anew = sql`(w.off is not null or w.side <> excluded.side)`;
  const { rows } = await sql<{ personId: string }>`
    with coming as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(wishes)}::jsonb) as r ("personId" text, side text, at timestamptz,
        "maxPrice" bigint, language text, "connectAtOnce" boolean, "planId" text, price bigint, "firstHold" bigint, "askFirst" boolean,
        unhurried boolean, page text, "isSure" boolean)
    ), least as materialized (${leastOnAir})
    insert into matching.waiting as w (person_id, side, since, free_since, beat_at, max_price, language,
      connect_at_once, plan_id, price, first_hold, ask_first, unhurried, page)
    select "personId", side, at, at, at, "maxPrice", language, "connectAtOnce", "planId", price, "firstHold", "askFirst", unhurried, page
      from coming r
     -- Whoever is in an offer or a call of theirs has paid their way in: what it holds of theirs is not missing.
     where "isSure" or exists (select from matching.engaged e where e.person_id = r."personId")
        or ${spendableOf(sql.ref('r.personId'))} >= (select least from least)
     order by "personId"
    on conflict (person_id) do update set side = excluded.side, beat_at = excluded.beat_at, max_price = excluded.max_price,
      language = excluded.language, connect_at_once = excluded.connect_at_once, plan_id = excluded.plan_id,
      price = excluded.price, first_hold = excluded.first_hold, ask_first = excluded.ask_first, unhurried = excluded.unhurried,
      page = case when ${anew} then excluded.page else coalesce(excluded.page, w.page) end,
      since = case when ${anew} then excluded.since else w.since end,
      free_since = case when ${anew} then excluded.free_since else w.free_since end,
      ahead = not ${anew} and w.ahead, silences = case when ${anew} then 0 else w.silences end,
      off = null, off_at = null, missing = null
    returning person_id as "personId"`.execute(db);
  return new Set(rows.map(({ personId }) => personId));
}
