import { chargeOf, shareOf, type PricePlan } from '@latido/core';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Difference } from '../ledger/index.ts';
import type { DbOrTx } from '../platform/index.ts';

/** A plan, and the highest unit of it that was ever charged. */
export interface PlanCharged {
  readonly id: string;
  readonly version: number;
  readonly plan: PricePlan;
  readonly upTo: number;
}

interface Wrong {
  meterId: string;
  unit: number;
  coins: bigint;
  share: bigint;
  /** The platform's part. */
  platform: bigint;
  sum: bigint;
  /** What its wallet paid, and what its lots did. */
  paid: bigint;
  lots: bigint;
  postings: number;
  /** Not so for what was reserved: it has no plan. */
  isMetered: boolean;
  wantCoins: bigint | null;
  wantShare: bigint | null;
}

/** Entries that are compared in one statement: so many, however many there are in all. */
const SLICE = 50_000n;

/** The last entry that there is. */
export async function lastEntry(db: DbOrTx): Promise<bigint> {
  const { rows } = await sql<{ no: bigint }>`select coalesce(max(no), 0) as no from ledger.journal`.execute(
    db,
  );
  return rows[0]?.no ?? 0n;
}

/**
 * Compares each charge up to an entry with what its unit costs by its plan: every posting has its amount, none is missing,
 * none is too many. The database compares, a slice at a time, and only of a slice that differs the entries are asked for.
 */
export async function* auditCharges(
  db: DbOrTx,
  of: { upTo: bigint; plans: readonly PlanCharged[] },
): AsyncGenerator<Difference> {
  const prices = pricesOf(of.plans);
  for (let after = 0n; after < of.upTo; after += SLICE) {
    const end = after + SLICE < of.upTo ? after + SLICE : of.upTo;
    const slice = { after, end, prices };
    if (await isAsPriced(db, slice)) continue;
    for (const row of await wrongCharges(db, slice)) yield* named(row);
  }
}

function* named({ meterId, unit, wantCoins, wantShare, ...found }: Wrong): Generator<Difference> {
  const id = `${meterId}/${unit}`;
  if (found.sum !== 0n) yield { what: 'journal.sum', id, expected: '0', found: String(found.sum) };
  if (found.lots !== found.paid)
    yield { what: 'charge.lots', id, expected: String(found.paid), found: String(found.lots) };
  if (!found.isMetered) return;
  if (wantCoins === null || wantShare === null) {
    yield { what: 'charge.unit', id, expected: 'no such unit', found: String(found.coins) };
    return;
  }
  const wanted = { coins: wantCoins, share: wantShare, platform: wantCoins - wantShare };
  for (const what of ['coins', 'share', 'platform'] as const) {
    const [expected, is] = [String(wanted[what]), String(found[what])];
    if (is !== expected) yield { what: `charge.${what}`, id, expected, found: is };
  }
  const parts = [wanted.coins, wanted.share, wanted.platform].filter((coins) => coins !== 0n).length;
  if (found.postings !== parts)
    yield { what: 'charge.postings', id, expected: String(parts), found: String(found.postings) };
}

/** What each unit costs, as columns; a plan is named by its place. */
interface Prices {
  readonly ids: string[];
  readonly versions: number[];
  readonly of: number[];
  readonly units: number[];
  readonly coins: bigint[];
  readonly shares: bigint[];
}

function pricesOf(plans: readonly PlanCharged[]): Prices {
  const prices: Prices = { ids: [], versions: [], of: [], units: [], coins: [], shares: [] };
  for (const [n, { id, version, plan, upTo }] of plans.entries()) {
    prices.ids.push(id);
    prices.versions.push(version);
    for (let unit = 0; unit <= upTo; unit += 1) {
      prices.of.push(n + 1);
      prices.units.push(unit);
      prices.coins.push(chargeOf(plan, unit));
      prices.shares.push(shareOf(plan, unit));
    }
  }
  return prices;
}

interface Slice {
  readonly after: bigint;
  readonly end: bigint;
  readonly prices: Prices;
}

/** Charges of a slice; of those of a meter its accounts, and what the unit costs: null where nothing says so. */
function pricedCharges({ after, end, prices }: Slice): RawBuilder<unknown> {
  return sql`side as materialized (
      select n.no, n.id, w.no as wallet_no, e.no as earner_no, p.nth
        from (select distinct meter_no from ledger.journal where no > ${after} and no <= ${end} and kind = 'charge') d
        join ledger.meter n on n.no = d.meter_no
        join metering.meter m on m.id = n.id
        join ledger.account w on w.id = m.wallet_account_id
        left join ledger.account e on e.id = m.earner_account_id
        join unnest(${prices.ids}::text[], ${prices.versions}::int[]) with ordinality as p (id, version, nth)
          on p.id = m.plan_id and p.version = m.plan_version
    ), charge as materialized (
      select j.no, j.meter_no, j.unit_index as unit, s.no is not null as is_metered, s.wallet_no, s.earner_no, x.coins,
             case when s.earner_no is null and x.share is not null then 0 else x.share end as share
        from ledger.journal j left join side s on s.no = j.meter_no
        left join unnest(${prices.of}::int[], ${prices.units}::int[], ${prices.coins}::bigint[], ${prices.shares}::bigint[])
          as x (nth, unit, coins, share) on x.nth = s.nth and x.unit = j.unit_index
       where j.no > ${after} and j.no <= ${end} and j.kind = 'charge'
    )`;
}

async function isAsPriced(db: DbOrTx, slice: Slice): Promise<boolean> {
  const { rows } = await sql<{ isSame: boolean }>`
    with ${pricedCharges(slice)},
    platform as materialized (select no from ledger.account where id = 'account_platform'),
    used as materialized (
      select journal_no, sum(amount) as coins from ledger.lot_use
       where journal_no > ${slice.after} and journal_no <= ${slice.end} group by 1)
    select c.unpriced = 0 and p.wrong = 0 and p.count = c.postings and not exists (
             select from charge c join ledger.posting p on p.journal_no = c.no
              where not c.is_metered group by c.no having sum(p.amount) <> 0)
           and not exists (
             select from charge c left join used u on u.journal_no = c.no
              where coalesce(u.coins, 0) <> case when c.is_metered then coalesce(c.coins, 0) else (
                      select coalesce(-sum(p.amount), 0) from ledger.posting p join ledger.account a on a.no = p.account_no
                       where p.journal_no = c.no and a.kind = 'wallet') end) as "isSame"
      from (select count(*) filter (where is_metered and coins is null) as unpriced,
                   coalesce(sum((coins <> 0)::int + (share <> 0)::int + (coins <> share)::int), 0) as postings from charge) c,
           (select count(*) as count, count(*) filter (where p.amount is distinct from case p.account_no
                     when c.wallet_no then -c.coins when c.earner_no then c.share
                     when (select no from platform) then c.coins - c.share end) as wrong
              from ledger.posting p join charge c on c.no = p.journal_no
             where c.is_metered and p.journal_no > ${slice.after} and p.journal_no <= ${slice.end}) p`.execute(
    db,
  );
  return rows[0]?.isSame ?? false;
}

async function wrongCharges(db: DbOrTx, slice: Slice): Promise<Wrong[]> {
  const { rows } = await sql<Wrong>`
    with ${pricedCharges(slice)},
    found as (
      select c.no, coalesce(-sum(p.amount) filter (where p.account_no = c.wallet_no), 0)::bigint as coins,
             coalesce(sum(p.amount) filter (where p.account_no = c.earner_no), 0)::bigint as share,
             coalesce(sum(p.amount) filter (where a.id = 'account_platform'), 0)::bigint as platform,
             coalesce(-sum(p.amount) filter (where a.kind = 'wallet'), 0)::bigint as paid,
             (select coalesce(sum(u.amount), 0) from ledger.lot_use u where u.journal_no = c.no)::bigint as lots,
             coalesce(sum(p.amount), 0)::bigint as sum, count(p.amount)::int as postings
        from charge c left join ledger.posting p on p.journal_no = c.no
         and p.journal_no > ${slice.after} and p.journal_no <= ${slice.end}
        left join ledger.account a on a.no = p.account_no
       group by c.no
    )
    select n.id as "meterId", c.unit, f.coins, f.share, f.platform, f.paid, f.lots, f.sum, f.postings, c.is_metered as "isMetered", c.coins as "wantCoins", c.share as "wantShare"
      from charge c join found f on f.no = c.no join ledger.meter n on n.no = c.meter_no
     where f.sum <> 0 or f.lots <> f.paid or (c.is_metered and (f.coins, f.share, f.platform, f.postings) is distinct from
           (c.coins, c.share, c.coins - c.share, (c.coins <> 0)::int + (c.share <> 0)::int + (c.coins <> c.share)::int))
     order by c.no`.execute(db);
  return rows;
}
