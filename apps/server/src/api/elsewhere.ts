import { refuseElsewhere } from '../matching/index.ts';
import type { Tx } from '../platform/index.ts';
import { AppError } from '../platform/index.ts';

/**
 * Begins something that is no second call of somebody's beside one of matching, to be paid for twice (CALL-34, CALL-60).
 *
 * @throws call.elsewhere, and what `begin` throws
 */
export async function unlessElsewhere<T>(
  { caughtUp }: { caughtUp: () => Promise<void> },
  personId: string,
  begin: (mayBegin: (tx: Tx) => Promise<void>) => Promise<T>,
): Promise<T> {
  const mayBegin = (tx: Tx): Promise<void> => refuseElsewhere(tx, personId);
  try {
    return await begin(mayBegin);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'call.elsewhere') throw error;
    // The call may have ended by a hang-up that is stored and not read yet.
    await caughtUp();
    return await begin(mayBegin);
  }
}
