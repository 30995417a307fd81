import { counted } from '@latido/core';
import type { NewRating, NewReport, Report } from '@latido/protocol';
import { sql } from 'kysely';
import { personsById } from '../access/index.ts';
import type { CallRow } from '../calls/index.ts';
import { peopleOf } from '../calls/index.ts';
import type { Db, DbOrTx } from '../platform/index.ts';
import { newId, problem } from '../platform/index.ts';
import { part, type PartDeps } from './part.ts';

interface By {
  readonly byId: string;
  readonly at: Date;
}

/**
 * Stars for the partner, once a person and call (MATCH-19). The same again is no second one.
 *
 * @throws rating.not_met where the two never met, rating.given where other stars were given before
 */
export async function rate(db: Db, call: CallRow, { byId, at, ...said }: By & NewRating): Promise<void> {
  if (call.startedAt === null)
    throw problem('rating.not_met', 'You can rate a call once you two have met in it.');
  const ofId = await partnerOf(db, call.id, byId);
  const text = said.text ?? null;
  const { rows } = await sql`insert into matching.rating (call_id, by_id, of_id, stars, text, at)
    values (${call.id}, ${byId}, ${ofId}, ${said.stars}, ${text}, ${at}) on conflict do nothing returning call_id`.execute(
    db,
  );
  if (rows.length > 0) return;
  const before = await sql<{ stars: number; text: string | null }>`
    select stars, text from matching.rating where call_id = ${call.id} and by_id = ${byId}`.execute(db);
  const given = before.rows[0];
  if (given?.stars === said.stars && given.text === text) return;
  throw problem(
    'rating.given',
    `You gave this call ${counted(given?.stars ?? 0, ['star', 'stars'])} already.`,
  );
}

/** Reports the partner for the desk, and blocks them. The second report of a call is the first. */
export async function report(
  deps: PartDeps,
  call: CallRow,
  { byId, at, reason, text }: By & NewReport,
): Promise<string> {
  const ofId = await partnerOf(deps.db, call.id, byId);
  return await part(deps, { byId, ofId, at }, async (tx) => {
    await sql`insert into matching.report (id, call_id, by_id, of_id, reason, text, at)
      values (${newId('report')}, ${call.id}, ${byId}, ${ofId}, ${reason}, ${text ?? null}, ${at}) on conflict do nothing`.execute(
      tx,
    );
    const { rows } = await sql<{ id: string }>`
      select id from matching.report where call_id = ${call.id} and by_id = ${byId}`.execute(tx);
    return rows[0]?.id ?? '';
  });
}

async function partnerOf(db: DbOrTx, callId: string, byId: string): Promise<string> {
  const people = await peopleOf(db, callId);
  const partner = people.find(({ personId }) => personId !== byId);
  if (partner && people.some(({ personId }) => personId === byId)) return partner.personId;
  throw problem('call.not_found', 'You have no partner in this call.');
}

interface ReportRow extends By {
  readonly id: string;
  readonly callId: string;
  readonly ofId: string;
  readonly reason: Report['reason'];
  readonly text: string | null;
  readonly closedAt: Date | null;
  readonly note: string | null;
}

/** Reports, the newest first: those that the desk has not closed, or those of before an id. */
export async function readReports(
  db: DbOrTx,
  of: { isOpen: boolean; before: string | null; limit: number },
): Promise<Report[]> {
  const { rows } = await sql<ReportRow>`
    select id, call_id as "callId", by_id as "byId", of_id as "ofId", reason, text, at, closed_at as "closedAt", note
    from matching.report where (${of.isOpen} = (closed_at is null)) and (${of.before}::text is null or id < ${of.before}::text)
    order by id desc limit ${of.limit}`.execute(db);
  const people = await personsById(
    db,
    rows.flatMap(({ byId, ofId }) => [byId, ofId]),
  );
  const named = (personId: string) => ({ personId, name: people.get(personId)?.name ?? '' });
  return rows.map(({ byId, ofId, at, closedAt, ...row }) => ({
    ...row,
    by: named(byId),
    of: named(ofId),
    at: at.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
  }));
}

/** @throws report.not_found for none, and for one that is closed */
export async function closeReport(
  db: Db,
  { id, byId, at, note }: By & { id: string; note: string },
): Promise<void> {
  const { rows } = await sql`update matching.report set closed_by = ${byId}, closed_at = ${at}, note = ${note}
    where id = ${id} and closed_at is null returning id`.execute(db);
  if (rows.length === 0) throw problem('report.not_found', `There is no open report ${id.slice(0, 64)}.`);
}
