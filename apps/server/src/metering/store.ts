import type { OpenSpan, PolicyName, PricePlan, PriceTier } from '@latido/core';
import { sql, type RawBuilder } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** A version of a price plan as it is stored. */
export interface PlanRow {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly policy: PolicyName;
  readonly currency: string;
  readonly plan: PricePlan;
  /** Core wrote it; else an operator did. */
  readonly isPreset: boolean;
}

/** A meter as it is stored, with its plan. Instants are `Date`, money coins. */
export interface MeterRow {
  readonly id: string;
  readonly callId: string;
  readonly payerId: string;
  readonly earnerId: string | null;
  readonly walletAccountId: string;
  readonly earnerAccountId: string | null;
  readonly provenUntil: Date | null;
  readonly resumesAt: Date | null;
  readonly billableMs: bigint;
  readonly finalAt: Date | null;
  readonly exhaustedAt: Date | null;
  readonly cutAt: Date | null;
  readonly stops: readonly OpenSpan[];
  readonly warnedMs: bigint | null;
  readonly shortfall: bigint;
  readonly closingAt: Date | null;
  readonly settledAt: Date | null;
  /** The time together that it was settled by; null of what is not settled, or was before that was written down. */
  readonly settledMs: bigint | null;
  readonly price: PlanRow;
}

interface PlanColumns {
  plan_id: string;
  plan_version: number;
  plan_name: string;
  policy: PolicyName;
  currency: string;
  initial_ms: bigint;
  increment_ms: bigint;
  threshold_ms: bigint;
  first_threshold_ms: bigint;
  unit_price: bigint;
  price_den: bigint;
  initial_price: bigint;
  connect_fee: bigint;
  free_below_ms: bigint;
  max_charge: bigint | null;
  tiers: { fromUnit: number; price: number }[];
  bridge_gap_ms: bigint;
  earner_share_bp: number;
  is_preset: boolean;
}

const planColumns = sql`p.id as plan_id, p.version as plan_version, p.name as plan_name, p.policy, p.currency,
  p.initial_ms, p.increment_ms, p.threshold_ms, p.first_threshold_ms, p.price as unit_price, p.price_den, p.initial_price,
  p.connect_fee, p.free_below_ms, p.max_charge, p.tiers, p.bridge_gap_ms, p.earner_share_bp, p.is_preset`;

const meterColumns = sql`m.id, m.call_id as "callId", m.payer_id as "payerId", m.earner_id as "earnerId",
  m.wallet_account_id as "walletAccountId", m.earner_account_id as "earnerAccountId",
  m.proven_until as "provenUntil", m.resumes_at as "resumesAt", m.billable_ms as "billableMs",
  m.final_at as "finalAt", m.exhausted_at as "exhaustedAt", m.cut_at as "cutAt", m.stops, m.warned_ms as "warnedMs",
  m.shortfall, m.closing_at as "closingAt", m.settled_at as "settledAt",
  m.settled_ms as "settledMs"`;

const meterJoin = sql`metering.meter m join metering.price_plan p on p.id = m.plan_id and p.version = m.plan_version`;

type Joined = Omit<MeterRow, 'price'> & PlanColumns;

function toPlan(row: PlanColumns): PlanRow {
  const tiers = row.tiers.map(({ fromUnit, price }): PriceTier => ({ fromUnit, price: BigInt(price) }));
  return {
    id: row.plan_id,
    version: row.plan_version,
    name: row.plan_name,
    policy: row.policy,
    currency: row.currency,
    isPreset: row.is_preset,
    plan: {
      initialMs: Number(row.initial_ms),
      incrementMs: Number(row.increment_ms),
      thresholdMs: Number(row.threshold_ms),
      firstThresholdMs: Number(row.first_threshold_ms),
      price: row.unit_price,
      priceDen: row.price_den,
      initialPrice: row.initial_price,
      connectFee: row.connect_fee,
      freeBelowMs: Number(row.free_below_ms),
      maxCharge: row.max_charge,
      tiers,
      bridgeGapMs: Number(row.bridge_gap_ms),
      earnerShareBp: row.earner_share_bp,
    },
  };
}

const toMeter = (row: Joined): MeterRow => ({ ...row, price: toPlan(row) });

/** Locks meters in the order of their ids and gives them as they are then. */
export async function lockMeters(
  tx: Tx,
  of: { ids?: readonly string[]; callIds?: readonly string[] },
): Promise<MeterRow[]> {
  const { rows } = await sql<Joined>`
    select ${meterColumns}, ${planColumns} from ${meterJoin}
     where m.id = any(${[...(of.ids ?? [])]}::text[]) or m.call_id = any(${[...(of.callIds ?? [])]}::text[])
     order by m.id for update of m`.execute(tx);
  return rows.map(toMeter);
}

/** The meters of a call, one a payer; none where it is free, or nobody pays yet. */
export async function metersOfCall(db: DbOrTx, callId: string): Promise<MeterRow[]> {
  const { rows } = await sql<Joined>`
    select ${meterColumns}, ${planColumns} from ${meterJoin} where m.call_id = ${callId} order by m.id`.execute(
    db,
  );
  return rows.map(toMeter);
}

/** The meters of several calls. */
export async function metersOfCalls(db: DbOrTx, callIds: readonly string[]): Promise<MeterRow[]> {
  const { rows } = await sql<Joined>`
    select ${meterColumns}, ${planColumns} from ${meterJoin} where m.call_id = any(${[...callIds]}::text[]) order by m.id`.execute(
    db,
  );
  return rows.map(toMeter);
}

/** Meters by id, a page at a time. */
export async function metersAfter(db: DbOrTx, afterId: string, limit: number): Promise<MeterRow[]> {
  const { rows } = await sql<Joined>`
    select ${meterColumns}, ${planColumns} from ${meterJoin} where m.id > ${afterId} order by m.id limit ${limit}`.execute(
    db,
  );
  return rows.map(toMeter);
}

/** The newest version of every plan, or of one. */
export async function newestPlans(db: DbOrTx, planId?: string): Promise<PlanRow[]> {
  const { rows } = await sql<PlanColumns>`
    select distinct on (p.id) ${planColumns} from metering.price_plan p
     where ${planId ?? null}::text is null or p.id = ${planId ?? null}
     order by p.id, p.version desc`.execute(db);
  return rows.map(toPlan);
}

/** What is offered by some earners, in the newest version of each plan: the default of each first, then in the order in which they were named. */
export async function plansOfferedBy(
  db: DbOrTx,
  earnerIds: readonly string[],
): Promise<{ earnerId: string; plan: PlanRow }[]> {
  const { rows } = await sql<PlanColumns & { earnerId: string }>`
    select o.earner_id as "earnerId", ${planColumns}
      from metering.plan_offer o, lateral (
        select * from metering.price_plan v where v.id = o.plan_id order by v.version desc limit 1) p
     where o.earner_id = any(${[...new Set(earnerIds)]}::text[]) order by o.is_default desc, o.place, o.plan_id`.execute(
    db,
  );
  return rows.map((row) => ({ earnerId: row.earnerId, plan: toPlan(row) }));
}

const VERSIONS_MOST = 200;

/** The versions of a plan, the newest first, and when each was written. */
export async function versionsOf(
  db: DbOrTx,
  planId: string,
): Promise<(PlanRow & { readonly writtenAt: Date })[]> {
  const { rows } = await sql<PlanColumns & { writtenAt: Date }>`
    select ${planColumns}, p.created_at as "writtenAt" from metering.price_plan p
     where p.id = ${planId} order by p.version desc limit ${VERSIONS_MOST}`.execute(db);
  return rows.map((row) => ({ ...toPlan(row), writtenAt: row.writtenAt }));
}

/** What a meter has spent, and may still spend. */
export interface Spending {
  /** The highest unit that was ever charged; null before the first. */
  readonly upTo: number | null;
  /** Coins that are held for it or free in its wallet. */
  readonly coins: bigint;
}

/** Those of some meters of which the desk has given anything back. */
export async function refundedOf(db: DbOrTx, meterIds: readonly string[]): Promise<Set<string>> {
  if (meterIds.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select distinct meter_id as id from metering.refund where meter_id = any(${[...meterIds]}::text[])`.execute(
    db,
  );
  return new Set(rows.map(({ id }) => id));
}

/** That of some meters. */
export async function spendingOf(db: DbOrTx, meterIds: readonly string[]): Promise<Map<string, Spending>> {
  const { rows } = await sql<Spending & { id: string }>`
    select m.id, coalesce(h.amount, 0) + b.posted - b.held - b.floor as coins,
           (select max(j.unit_index) from ledger.journal j
             where j.kind = 'charge' and j.meter_no = (select n.no from ledger.meter n where n.id = m.id)) as "upTo"
      from metering.meter m join ledger.balance b on b.account_id = m.wallet_account_id
      left join ledger.hold h on h.meter_id = m.id
     where m.id = any(${[...meterIds]}::text[])`.execute(db);
  return new Map(rows.map(({ id, upTo, coins }) => [id, { upTo, coins }]));
}

/** What a meter is after its timeline was laid anew. Instants as ISO text, since they travel as JSON. */
export interface MeterUpdate {
  readonly id: string;
  readonly proven_until: string | null;
  readonly proven_by_now: boolean;
  readonly resumes_at: string | null;
  readonly billable_ms: number;
  readonly final_at: string | null;
  readonly exhausted_at: string | null;
  readonly keep_warned: boolean;
  readonly closing_at: string | null;
  readonly adjust_above: number | null;
  readonly waived_units: number;
  /** Whether it was settled and is to be settled again. */
  readonly is_open_again: boolean;
  readonly last_unit: number;
}

/** A due row to write. */
export interface DueUpdate {
  readonly meter_id: string;
  readonly unit_index: number;
  readonly begins_at: string | null;
  readonly due_at: string | null;
  readonly coins: string;
  readonly share: string;
}

/** Writes meters and their units that are not charged yet, where they change. */
export async function writeMeters(
  tx: Tx,
  meters: readonly MeterUpdate[],
  dues: readonly DueUpdate[],
): Promise<void> {
  const meterJson = JSON.stringify(meters);
  await sql`
    with laid as materialized (
      select * from jsonb_to_recordset(${meterJson}::jsonb) as r (id text, proven_until timestamptz, proven_by_now boolean,
        resumes_at timestamptz, billable_ms bigint, final_at timestamptz, exhausted_at timestamptz, keep_warned boolean,
        closing_at timestamptz, adjust_above int, waived_units int, is_open_again boolean, last_unit int)
    ), written as (
      update metering.meter m set proven_until = r.proven_until, proven_by_now = r.proven_by_now,
        resumes_at = r.resumes_at, billable_ms = r.billable_ms, final_at = r.final_at, exhausted_at = r.exhausted_at,
        -- It stays as far behind the end of the coins as it was set.
        cut_at = case when r.exhausted_at is not null then m.cut_at + (r.exhausted_at - m.exhausted_at) end,
        warned_ms = case when r.keep_warned then m.warned_ms end,
        closing_at = r.closing_at, adjust_above = r.adjust_above, waived_units = r.waived_units,
        settled_at = case when not r.is_open_again then m.settled_at end
      from laid r
      where m.id = r.id and (m.proven_until, m.proven_by_now, m.resumes_at, m.billable_ms, m.final_at, m.exhausted_at,
          m.warned_ms, m.closing_at, m.adjust_above, m.waived_units, false)
        is distinct from (r.proven_until, r.proven_by_now, r.resumes_at, r.billable_ms, r.final_at, r.exhausted_at,
          case when r.keep_warned then m.warned_ms end, r.closing_at, r.adjust_above, r.waived_units, r.is_open_again)
    ), gone as (
      delete from metering.due d using laid r where d.meter_id = r.id and d.unit_index > r.last_unit
    )
    ${dues.length === 0 ? sql`select` : insertOf(dues)}`.execute(tx);
}

/** Writes units that are not charged yet, where they are not what is written. */
export async function insertDues(tx: Tx, dues: readonly DueUpdate[]): Promise<void> {
  if (dues.length > 0) await insertOf(dues).execute(tx);
}

function insertOf(dues: readonly DueUpdate[]): RawBuilder<unknown> {
  return sql`insert into metering.due as d (meter_id, unit_index, begins_at, due_at, coins, share)
    select * from jsonb_to_recordset(${JSON.stringify(dues)}::jsonb) as r (meter_id text, unit_index int,
      begins_at timestamptz, due_at timestamptz, coins bigint, share bigint)
    on conflict (meter_id, unit_index) do update set begins_at = excluded.begins_at, due_at = excluded.due_at,
      coins = excluded.coins, share = excluded.share
    where (d.begins_at, d.due_at, d.coins, d.share)
      is distinct from (excluded.begins_at, excluded.due_at, excluded.coins, excluded.share)`;
}
