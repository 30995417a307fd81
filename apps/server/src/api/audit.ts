import { auditMoney } from '../cashier/index.ts';
import type { Difference } from '../ledger/index.ts';
import type { Db } from '../platform/index.ts';
import { auditIntervals } from '../presence/index.ts';

/** All that is kept, compared with what it follows from: facts → intervals → money. Every difference is named. */
export async function* audit(db: Db): AsyncGenerator<Difference> {
  yield* auditIntervals(db);
  yield* auditMoney(db);
}
