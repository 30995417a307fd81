import type { PaymentListed, PaymentsQuery } from '@latido/protocol';
import { sql } from 'kysely';
import { z } from 'zod';
import { readCursor, writeCursor, type Db } from '../platform/index.ts';
import { onWire, type EntryRow } from './pay.ts';

/** When it was recorded, and its id. */
const Place = z.tuple([z.iso.datetime(), z.string().max(64)]);

interface ListedRow extends EntryRow {
  currency: string;
  debtorId: string;
  debtorName: string;
}

/**
 * Payments, the newest first: of one who recorded them, or all.
 *
 * @throws cursor.invalid
 */
export async function listPayments(
  db: Db,
  { by = null, cursor, limit }: Omit<PaymentsQuery, 'by'> & { by?: string | null | undefined },
): Promise<{ items: PaymentListed[]; nextCursor: string | null }> {
  const [beforeAt, beforeId] = readCursor(cursor, Place) ?? [null, null];
  const { rows } = await sql<ListedRow>`
    select e.id, e.credit_id as "creditId", e.amount, e.paid_at as "paidAt", e.by_id as "byId", e.method,
      e.recorded_at as "recordedAt", r.recorded_at as "reversedAt", c.currency, d.id as "debtorId", d.name as "debtorName"
    from collections.entry e join collections.credit c on c.id = e.credit_id join collections.debtor d on d.id = c.debtor_id
      left join collections.entry r on r.reverses = e.id
    where e.kind = 'payment' and (${by}::text is null or e.by_id = ${by}::text)
      and (${beforeId}::text is null or (e.recorded_at, e.id) < (${beforeAt}::timestamptz, ${beforeId}::text))
    order by e.recorded_at desc, e.id desc limit ${limit + 1}`.execute(db);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ debtorId, debtorName, ...entry }) => {
      const { balance: _, ...payment } = onWire(entry, { principal: 0n, paid: 0n, currency: entry.currency });
      return { ...payment, debtor: { id: debtorId, name: debtorName } };
    }),
    nextCursor: rows.length > limit && last ? writeCursor([last.recordedAt.toISOString(), last.id]) : null,
  };
}
