import { sql } from 'kysely';
import { plansFor, type Offered } from '../metering/index.ts';
import type { DbOrTx, Tx } from '../platform/index.ts';
import type { MatchingDeps } from './ports.ts';
import { lockWaiting, putOff, type WaitingRow } from './store.ts';

type Asks = Pick<WaitingRow, 'personId' | 'planId' | 'price' | 'firstHold'>;

/**
 * Writes what those on air ask now: plans get new versions, and others go by their names, while people are in line by them (MATCH-31).
 * Gives whose row is another one since.
 */
export async function keepPrices({ db, clock }: Pick<MatchingDeps, 'db' | 'clock'>): Promise<string[]> {
  const { rows } = await sql<Asks>`
    select person_id as "personId", plan_id as "planId", price, first_hold as "firstHold" from matching.waiting
     where side = 'earner' and off is null`.execute(db);
  const plans = await plansOf(db, rows);
  const stale = rows.filter((row, n) => isStale(row, plans[n] ?? null)).map(({ personId }) => personId);
  if (stale.length === 0) return [];
  await db.transaction().execute((tx) => correct(tx, stale, new Date(clock.now())));
  return stale;
}

/** The plans by which some are on air, in their order; null where it is offered no more. */
export async function plansOf(
  db: DbOrTx,
  rows: readonly Pick<WaitingRow, 'personId' | 'planId'>[],
): Promise<(Offered | null)[]> {
  return await plansFor(
    db,
    rows.map(({ personId, planId }) => ({ name: planId ?? undefined, earnerId: personId })),
  );
}

/** What some ask now, into their rows, which are locked. */
export async function writePrices(
  tx: Tx,
  asked: readonly { readonly row: Asks; readonly offered: Offered | null }[],
): Promise<void> {
  const rows = asked.flatMap(({ row: { personId, ...row }, offered }) => {
    if (offered === null || !isStale({ personId, ...row }, offered)) return [];
    return [{ personId, price: String(offered.mostPerMinute), firstHold: String(offered.firstHold) }];
  });
  if (rows.length === 0) return;
  await sql`update matching.waiting w set price = r.price, first_hold = r."firstHold"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r ("personId" text, price bigint, "firstHold" bigint)
    where w.person_id = r."personId"`.execute(tx);
}

function isStale({ price, firstHold }: Asks, offered: Offered | null): boolean {
  return offered === null || price !== offered.mostPerMinute || firstHold !== offered.firstHold;
}

/** Whoever goes on air or off meanwhile has the row first: it is read again under its lock. */
async function correct(tx: Tx, personIds: readonly string[], at: Date): Promise<void> {
  const rows = (await lockWaiting(tx, personIds)).filter(
    ({ side, off }) => side === 'earner' && off === null,
  );
  const plans = await plansOf(tx, rows);
  const asked = rows.map((row, n) => ({ row, offered: plans[n] ?? null }));
  await writePrices(tx, asked);
  for (const { row, offered } of asked)
    if (offered === null) await putOff(tx, { personId: row.personId, why: 'no_plan', at });
}
