import { coinsPerMinute, firstUnit, holdFor, mostPerMinute } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { PlanRow } from './store.ts';
import { newestPlans, plansOfferedBy } from './store.ts';

/** Who offers to everybody of whom nothing else is said. */
export const HOUSE = '';

/** The plans that may be chosen for a call with this earner, the default first: their own, else the house's. */
export async function offeredPlans(db: DbOrTx, earnerId: string | null): Promise<PlanRow[]> {
  return (await plansOfEach(db, [earnerId ?? HOUSE]))(earnerId ?? HOUSE);
}

/** The same of several earners, read at once. */
async function plansOfEach(
  db: DbOrTx,
  earnerIds: readonly string[],
): Promise<(earnerId: string) => PlanRow[]> {
  const offered = await plansOfferedBy(db, [...earnerIds, HOUSE]);
  const by = new Map<string, PlanRow[]>();
  for (const { earnerId, plan } of offered) by.set(earnerId, [...(by.get(earnerId) ?? []), plan]);
  return (earnerId) => by.get(earnerId) ?? by.get(HOUSE) ?? [];
}

/** A choice of plans for calls with somebody. */
export interface PlanOffer {
  /** {@link HOUSE} for everybody of whom nothing else is said. */
  readonly earnerId: string;
  /** The first is what a call costs that names none; empty: what the house offers. */
  readonly planIds: readonly string[];
}

/**
 * Says anew which plans may be chosen for calls with somebody.
 *
 * @throws plan.not_found; request.invalid where the house would offer none
 */
export async function offerPlans(tx: Tx, { earnerId, planIds }: PlanOffer): Promise<void> {
  if (earnerId === HOUSE && planIds.length === 0) {
    throw problem(
      'request.invalid',
      'The house must offer a plan: a call that names none has its first one.',
    );
  }
  const known = await newestPlans(tx);
  for (const planId of planIds) if (!known.some(({ id }) => id === planId)) throw notOffered(planId, known);
  await sql`delete from metering.plan_offer where earner_id = ${earnerId}`.execute(tx);
  await sql`insert into metering.plan_offer (earner_id, plan_id, is_default, place)
    select ${earnerId}::text, id, place = 1, place from unnest(${[...new Set(planIds)]}::text[])
      with ordinality as o (id, place)`.execute(tx);
}

/**
 * The plan that a call with this earner has: the one of this id; else the first whose policy is called so (many know a
 * price by its rounding only); the default where none is named. Only of those that are offered (METER-31).
 *
 * @throws plan.not_found
 */
export async function choosePlan(
  db: DbOrTx,
  { name, earnerId }: { name: string | undefined; earnerId: string | null },
): Promise<PlanRow> {
  const offered = await offeredPlans(db, earnerId);
  const plan = chosenOf(offered, name);
  if (plan === undefined) throw notOffered(name ?? 'by default', offered);
  return plan;
}

function chosenOf(offered: readonly PlanRow[], name: string | undefined): PlanRow | undefined {
  if (name === undefined) return offered[0];
  return offered.find(({ id }) => id === name) ?? offered.find(({ policy }) => policy === name);
}

/** Somebody's plan, and what it asks: coins a minute, rounded up, and what the first unit holds. */
export interface Offered {
  readonly planId: string;
  readonly policy: PlanRow['policy'];
  readonly perMinute: bigint;
  /** The most that a minute can come to by it: what a limit is compared with. */
  readonly mostPerMinute: bigint;
  readonly firstHold: bigint;
  readonly earnerShareBp: number;
  /** The version that a call has which begins now. */
  readonly price: PlanRow;
}

/** By which plan whose calls are priced. */
export interface PlanWish {
  readonly name: string | undefined;
  readonly earnerId: string;
}

/**
 * The plan by which somebody goes on air.
 *
 * @throws plan.not_found
 */
export async function planFor(db: DbOrTx, wish: PlanWish): Promise<Offered> {
  return offeredAs(await choosePlan(db, wish));
}

/** The same of several, in their order; null where the plan is offered no more. */
export async function plansFor(db: DbOrTx, wishes: readonly PlanWish[]): Promise<(Offered | null)[]> {
  const plansOf = await plansOfEach(
    db,
    wishes.map(({ earnerId }) => earnerId),
  );
  return wishes.map(({ name, earnerId }) => {
    const plan = chosenOf(plansOf(earnerId), name);
    return plan === undefined ? null : offeredAs(plan);
  });
}

function offeredAs(price: PlanRow): Offered {
  const { id: planId, policy, plan } = price;
  return {
    planId,
    policy,
    perMinute: coinsPerMinute(plan.price, plan.incrementMs, plan.priceDen),
    mostPerMinute: mostPerMinute(plan),
    firstHold: holdFor(plan, firstUnit(plan)),
    earnerShareBp: plan.earnerShareBp,
    price,
  };
}

/**
 * An earner who comes into a call that somebody opened without them earns by a plan of theirs, or not at all.
 *
 * @throws plan.not_found
 */
export async function requireOffered(
  tx: Tx,
  { planId, earnerId }: { planId: string; earnerId: string },
): Promise<void> {
  const offered = await offeredPlans(tx, earnerId);
  if (!offered.some(({ id }) => id === planId)) throw notOffered(planId, offered);
}

function notOffered(name: string, offered: readonly PlanRow[]): Error {
  const ids = offered.map(({ id }) => id).join(', ');
  return problem(
    'plan.not_found',
    `A price plan ${name.slice(0, 64)} is not offered for this call. Offered: ${ids}.`,
  );
}
