import type { NewVisit, Visit } from '@latido/protocol';
import { sql } from 'kysely';
import { newId, problem, type Db, type Tx } from '../platform/index.ts';
import type { Doing } from './open-credit.ts';
import { lockCredit, writeEvent, type CreditRow } from './store.ts';

interface VisitRow {
  id: string;
  creditId: string;
  kind: Visit['kind'];
  on: string;
  note: string | null;
  byId: string;
  recordedAt: Date;
}

/**
 * Writes a visit or a promise down, once under its id. A promise stands at its credit until something is paid.
 *
 * @throws credit.not_found, credit.not_yours, idempotency.mismatch
 */
export async function recordVisit(
  { db, mayTouch }: { db: Db; mayTouch: (credit: CreditRow) => void },
  asked: NewVisit,
  { byId, at }: Doing,
): Promise<{ visit: Visit; isNew: boolean }> {
  const { kind, on, note = null, id = newId('visit') } = asked;
  return await db.transaction().execute(async (tx) => {
    const credit = await lockCredit(tx, asked.creditId);
    mayTouch(credit);
    const { rows } = await sql<{ id: string }>`
      insert into collections.visit (id, credit_id, kind, on_day, note, by_id, recorded_at)
      values (${id}, ${credit.id}, ${kind}, ${on}::date, ${note}, ${byId}, ${at}) on conflict (id) do nothing
      returning id`.execute(tx);
    const visit = await visitById(tx, id);
    if (visit?.creditId !== credit.id || visit.kind !== kind || visit.on !== on)
      throw problem('idempotency.mismatch', `The visit ${id} was recorded with another credit, kind or day.`);
    if (rows.length > 0) {
      const promised = kind === 'promise' ? on : credit.promisedOn;
      await sql`update collections.credit set promised_on = ${promised}::date where id = ${credit.id}`.execute(
        tx,
      );
      await writeEvent(tx, { creditId: credit.id, at, byId, what: kind, detail: { on, note } });
    }
    return { visit: onWire(visit), isNew: rows.length > 0 };
  });
}

async function visitById(tx: Tx, id: string): Promise<VisitRow | undefined> {
  const { rows } = await sql<VisitRow>`
    select v.id, v.credit_id as "creditId", v.kind, v.on_day::text as "on", v.note, v.by_id as "byId",
      v.recorded_at as "recordedAt"
    from collections.visit v where v.id = ${id}`.execute(tx);
  return rows[0];
}

const onWire = ({ byId, recordedAt, ...visit }: VisitRow): Visit => ({
  ...visit,
  by: byId,
  recordedAt: recordedAt.toISOString(),
});
