import type { PresetPlan } from '@latido/core';
import { PRICE_PLANS } from '@latido/core';
import { sql } from 'kysely';
import type { Db, Tx } from '../platform/index.ts';
import type { PlanRow } from './store.ts';
import { newestPlans } from './store.ts';

/**
 * Writes core's plans, after the migrations (METER-17): one that is new or has changed becomes a new version, and no row is
 * ever rewritten, since calls have pinned it. A plan whose newest version an operator wrote stays the operator's.
 *
 * @returns what was written, `standard 2`
 */
export async function writePricePlans(
  db: Db,
  presets: readonly PresetPlan[] = PRICE_PLANS,
): Promise<string[]> {
  return await db.transaction().execute(async (tx) => {
    const newest = new Map((await newestPlans(tx)).map((row) => [row.id, row]));
    const written: string[] = [];
    for (const preset of presets) {
      const row = newest.get(preset.id);
      if (row && (!row.isPreset || isSame(row, preset))) continue;
      const version = (row?.version ?? 0) + 1;
      await insertVersion(tx, { ...preset, version, isPreset: true });
      written.push(`${preset.id} ${version}`);
    }
    return written;
  });
}

/** Whether a version says what is to be written. */
export function isSame(row: PlanRow, { name, policy, currency, plan }: PresetPlan): boolean {
  const figures = Object.keys(plan) as (keyof typeof plan)[];
  return (
    row.name === name &&
    row.policy === policy &&
    row.currency === currency &&
    figures.every((figure) => asText(row.plan[figure]) === asText(plan[figure]))
  );
}

function asText(figure: PresetPlan['plan'][keyof PresetPlan['plan']]): string {
  if (typeof figure !== 'object' || figure === null) return String(figure);
  return tiersAsJson(figure);
}

function tiersAsJson(tiers: PresetPlan['plan']['tiers']): string {
  return JSON.stringify(tiers.map(({ fromUnit, price }) => ({ fromUnit, price: Number(price) })));
}

/** A version of a plan, to be written. */
export interface NewVersion extends PresetPlan {
  readonly version: number;
  /** Core wrote it; else an operator did. */
  readonly isPreset: boolean;
}

/** Two who write the same version at once: the second finds it there. Returns whether it was this one that was written. */
export async function insertVersion(tx: Tx, of: NewVersion): Promise<boolean> {
  const { id, version, name, policy, currency, plan, isPreset } = of;
  const { rows } = await sql<{ id: string }>`insert into metering.price_plan
      (id, version, name, policy, currency, initial_ms, increment_ms, threshold_ms, first_threshold_ms, price, price_den,
       initial_price, connect_fee, free_below_ms, max_charge, tiers, bridge_gap_ms, earner_share_bp, is_preset)
    values (${id}, ${version}, ${name}, ${policy}, ${currency}, ${plan.initialMs}, ${plan.incrementMs},
      ${plan.thresholdMs}, ${plan.firstThresholdMs}, ${plan.price}, ${plan.priceDen}, ${plan.initialPrice},
      ${plan.connectFee}, ${plan.freeBelowMs}, ${plan.maxCharge}, ${tiersAsJson(plan.tiers)}::jsonb, ${plan.bridgeGapMs},
      ${plan.earnerShareBp}, ${isPreset})
    on conflict (id, version) do nothing returning id`.execute(tx);
  return rows.length > 0;
}
