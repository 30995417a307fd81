import type { DebtorListed, DebtorsQuery, Sum } from '@latido/protocol';
import { sql } from 'kysely';
import { z } from 'zod';
import { readCursor, writeCursor, type Db } from '../platform/index.ts';
import { isOf, shownSum, type DebtorRow, type Whose } from './store.ts';

/** The name, and the id. */
const Place = z.tuple([z.string().max(400), z.string().regex(/^debtor_[0-9a-z]+$/)]);

/**
 * Debtors by their names.
 *
 * @throws cursor.invalid
 */
export async function listDebtors(
  db: Db,
  query: Omit<DebtorsQuery, 'collectorId'> & { whose: Whose },
): Promise<{ items: DebtorListed[]; nextCursor: string | null }> {
  const { limit } = query;
  const rows = await selectDebtors(db, query);
  const shown = rows.slice(0, limit);
  const owed = await owedBy(
    db,
    shown.map(({ id }) => id),
  );
  const last = shown.at(-1);
  return {
    items: shown.map((debtor) => ({ ...debtor, ...(owed.get(debtor.id) ?? { credits: 0, owes: [] }) })),
    nextCursor: rows.length > limit && last ? writeCursor([last.name, last.id]) : null,
  };
}

async function selectDebtors(
  db: Db,
  query: Omit<DebtorsQuery, 'collectorId'> & { whose: Whose },
): Promise<DebtorRow[]> {
  const { q = '', zone = null, whose, cursor, limit } = query;
  const [afterName, afterId] = readCursor(cursor, Place) ?? [null, null];
  const like = `%${q.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const { rows } = await sql<DebtorRow>`
    select d.id, d.external_id as "externalId", d.name, d.phone, d.zone, a.collector_id as "collectorId"
    from collections.debtor d left join collections.assignment a on a.debtor_id = d.id and a.until is null
    where (${q} = '' or lower(d.name) like ${like} or d.phone like ${like} or d.id = ${q} or d.external_id = ${q})
      and (${zone}::text is null or d.zone = ${zone}::text)
      and ${isOf(whose)}
      and (${afterId}::text is null or (lower(d.name), d.id) > (lower(${afterName}::text), ${afterId}::text))
    order by lower(d.name), d.id limit ${limit + 1}`.execute(db);
  return rows;
}

/** What debtors owe on credits that are not closed; what they paid over on those that are paid counts against it. */
async function owedBy(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, { credits: number; owes: Sum[] }>> {
  const { rows } = await sql<{ debtorId: string; currency: string; credits: bigint; owed: bigint }>`
    select c.debtor_id as "debtorId", c.currency, count(*) filter (where c.status = 'active') as credits,
      ${shownSum(sql`sum(c.principal - c.paid)`)} as owed
    from collections.credit c
    where c.debtor_id = any(${[...ids]}::text[]) and c.status in ('active', 'paid')
    group by c.debtor_id, c.currency order by c.currency`.execute(db);
  const owed = new Map<string, { credits: number; owes: Sum[] }>();
  for (const row of rows) {
    const before = owed.get(row.debtorId) ?? { credits: 0, owes: [] };
    const sum = { currency: row.currency, amount: Number(row.owed) };
    owed.set(row.debtorId, {
      credits: before.credits + Number(row.credits),
      owes: sum.amount === 0 ? before.owes : [...before.owes, sum],
    });
  }
  return owed;
}
