import type { Principal } from '../access/index.ts';
import type { DbOrTx } from '../platform/index.ts';

/** What attendance asks of calls. */
export interface CallsForAttendance {
  /**
   * The call, if the person may see it.
   * @throws AppError call.not_found
   */
  callForPerson(db: DbOrTx, callId: string, principal: Principal): Promise<unknown>;
  /** The call, or null. */
  callById(db: DbOrTx, callId: string): Promise<unknown>;
}
