import { CloseReport, MatchingLine, Reports, type InLineShown } from '@latido/protocol';
import { sql } from 'kysely';
import { z } from 'zod';
import type { App, DbOrTx } from '../platform/index.ts';
import type { MatchingDeps } from './ports.ts';
import { closeReport, readReports } from './reviews.ts';

const tags = ['matching'];
const querystring = z.object({
  status: z.enum(['open', 'closed']).default('open'),
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
const params = z.object({ id: z.string().max(64) });

/** For staff: who is in line now, and reports. */
export function deskRoutes(app: App, { access, db, clock }: MatchingDeps): void {
  app.get(
    '/api/v1/admin/matching',
    { schema: { tags, response: { 200: MatchingLine } } },
    async (request) => {
      await access.require(request, 'admin', 'manager');
      return { items: await everybodyInLine(db), nextCursor: null };
    },
  );
  app.get(
    '/api/v1/reports',
    { schema: { tags, querystring, response: { 200: Reports } } },
    async (request) => {
      await access.require(request, 'admin', 'manager');
      const { status, cursor, limit } = request.query;
      const of = { isOpen: status === 'open', before: cursor ?? null, limit: limit + 1 };
      const found = await readReports(db, of);
      const items = found.slice(0, limit);
      return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  );
  app.post(
    '/api/v1/reports/:id/close',
    { schema: { tags, params, body: CloseReport } },
    async (request, reply) => {
      const { personId: byId } = await access.require(request, 'admin', 'manager');
      const at = new Date(clock.now());
      await closeReport(db, { id: request.params.id, byId, at, note: request.body.note });
      return await reply.code(204).send();
    },
  );
}

interface LineRow {
  readonly personId: string;
  readonly name: string;
  readonly side: 'payer' | 'earner';
  readonly since: Date;
  readonly price: bigint | null;
  readonly maxPrice: bigint | null;
  readonly language: string | null;
  readonly state: InLineShown['state'];
}

async function everybodyInLine(db: DbOrTx): Promise<InLineShown[]> {
  const { rows } = await sql<LineRow>`
    select w.person_id as "personId", coalesce(p.name, '') as name, w.side, w.since, w.price, w.max_price as "maxPrice", w.language,
      case when o.id is null then 'waiting' when o.accepted_at is null then 'offered'
           when c.status = 'waiting' then 'connecting' else 'in_call' end as state
    from matching.waiting w left join access.person p on p.id = w.person_id
    left join matching.engaged e on e.person_id = w.person_id left join matching.offer o on o.id = e.offer_id
    left join calls.call c on c.id = o.call_id
    where w.off is null order by w.side, w.ahead desc, w.since limit 1000`.execute(db);
  return rows.map(({ since, price, maxPrice, ...row }) => ({
    ...row,
    since: since.toISOString(),
    price: price === null ? null : Number(price),
    maxPrice: maxPrice === null ? null : Number(maxPrice),
  }));
}
