import type { Access } from '../access/index.ts';
import type { Clock, Db } from '../platform/index.ts';

/** What attendance reads by, and who may. */
export interface AttendanceDeps {
  readonly access: Pick<Access, 'require' | 'personsById'>;
  readonly db: Db;
  readonly clock: Clock;
  /** Resolves when the facts that are stored now are folded, so that a report has what a webhook has just said. */
  readonly caughtUp: () => Promise<void>;
}
