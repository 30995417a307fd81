import { CloseReport, MatchingLine, Reports } from '@latido/protocol';
import { z } from 'zod';
import type { App } from '../platform/index.ts';
import type { MatchingDeps } from './ports.ts';
import { closeReport, readReports } from './reviews.ts';
import { everybodyInLine } from './store.ts';

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
