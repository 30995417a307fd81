import { firstUnit, holdFor } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { PlanRow } from './store.ts';
import { newestPlans } from './store.ts';

/** Who offers to everybody of whom nothing else is said. */
export const HOUSE = '';

/** The plans that may be chosen for a call with this earner, the default first: their own, else the house's. */
export async function offeredPlans(db: DbOrTx, earnerId: string | null): Promise<PlanRow[]> {
  const { rows } = await sql<{ earner: string; planId: string }>`
    select earner_id as earner, plan_id as "planId" from metering.plan_offer
    where earner_id = any(${[earnerId ?? HOUSE, HOUSE]}::text[]) order by is_default desc, plan_id`.execute(
    db,
  );
  const own = rows.filter(({ earner }) => earner === (earnerId ?? HOUSE));
  const plans = new Map((await newestPlans(db)).map((plan) => [plan.id, plan]));
  return (own.length > 0 ? own : rows).flatMap(({ planId }) => plans.get(planId) ?? []);
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
  await sql`insert into metering.plan_offer (earner_id, plan_id, is_default)
    select ${earnerId}::text, id, place = 1 from unnest(${[...new Set(planIds)]}::text[])
      with ordinality as o (id, place)`.execute(tx);
}

/**
 * The plan that a call with this earner has: the one of this id; else the first whose policy is called so (many know a
 * price by its rounding only); the default where none is named. Only of those that are offered (METER-31).
 *
 * @throws plan.not_found
 */
export async function choosePlan(
  tx: Tx,
  { name, earnerId }: { name: string | undefined; earnerId: string | null },
): Promise<PlanRow> {
  const offered = await offeredPlans(tx, earnerId);
  const named = offered.find(({ id }) => id === name) ?? offered.find(({ policy }) => policy === name);
  const plan = name === undefined ? offered[0] : named;
  if (plan === undefined) throw notOffered(name ?? 'by default', offered);
  return plan;
}

/**
 * The plan by which somebody goes on air, and what it asks: coins a minute, rounded up, and what the first unit holds.
 *
 * @throws plan.not_found
 */
export async function planFor(
  tx: Tx,
  wish: { name: string | undefined; earnerId: string },
): Promise<{
  planId: string;
  policy: PlanRow['policy'];
  perMinute: bigint;
  firstHold: bigint;
  earnerShareBp: number;
}> {
  const { id: planId, policy, plan } = await choosePlan(tx, wish);
  const perMinuteOf = BigInt(plan.incrementMs) * plan.priceDen;
  const perMinute = (plan.price * 60_000n + perMinuteOf - 1n) / perMinuteOf;
  const { earnerShareBp } = plan;
  return { planId, policy, perMinute, firstHold: holdFor(plan, firstUnit(plan)), earnerShareBp };
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
