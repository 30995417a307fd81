import { z } from 'zod';
import type { Access } from '../access/index.ts';
import { ledgerSum } from '../ledger/index.ts';
import type { App, Db } from '../platform/index.ts';
import { audit } from './audit.ts';

const DIFFERENCES_MAX = 100;

const Audit = z.object({
  /** Sum of all postings; zero, or the books are broken. */
  sum: z.number().int(),
  differences: z.array(z.record(z.string(), z.unknown())),
});

/** `GET /api/v1/admin/audit`: what `npx latido audit` prints, the first hundred differences of it. */
export function auditRoutes(app: App, { access, db }: { access: Access; db: Db }): void {
  app.get(
    '/api/v1/admin/audit',
    { schema: { tags: ['ledger'], response: { 200: Audit } } },
    async (request) => {
      await access.require(request, 'admin', 'manager');
      const differences: Record<string, unknown>[] = [];
      for await (const difference of audit(db)) {
        differences.push({ ...difference });
        if (differences.length === DIFFERENCES_MAX) break;
      }
      return { sum: Number(await ledgerSum(db)), differences };
    },
  );
}
