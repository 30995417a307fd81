import type { Access } from '../access/index.ts';
import type { Clock, Db } from '../platform/index.ts';

/** Of which calls, and when. */
export interface MessagesOf {
  readonly callIds: readonly string[];
  readonly fromAt?: number | undefined;
  readonly toAt?: number | undefined;
}

/** What attendance reads by, and who may. */
export interface AttendanceDeps {
  readonly access: Pick<Access, 'require' | 'personsById'>;
  readonly db: Db;
  readonly clock: Clock;
  /** Resolves when the facts that are stored now are folded, so that a report has what a webhook has just said. */
  readonly caughtUp: () => Promise<void>;
  /** How many messages each person wrote in some calls within a period (epoch ms): chat's to say. */
  readonly messagesIn: (db: Db, of: MessagesOf) => Promise<ReadonlyMap<string, number>>;
}
