import { NOTICES } from '@latido/protocol';
import type { Clock, Tx } from '../platform/index.ts';
import { systemClock } from '../platform/index.ts';
import { insertNotices } from './insert-notices.ts';
import type { NewNotice } from './notify.ts';

/**
 * Thousands of notices in one transaction: as `notifyAll`, for those that follow from nothing. The notices of one recipient
 * keep the order given.
 *
 * @returns those that were not told before
 * @throws ZodError when a payload is not what `NOTICES` says of its type: nothing is stored then
 */
export async function notifyMany<T extends NewNotice>(
  tx: Tx,
  notices: readonly T[],
  clock: Pick<Clock, 'now'> = systemClock,
): Promise<T[]> {
  const rows = notices.map(({ recipientId, dedupKey, type, payload }) => ({
    recipientId,
    dedupKey,
    type,
    payload: NOTICES[type].payload.parse(payload),
  }));
  const told = await insertNotices(tx, rows, new Date(clock.now()));
  return notices.filter((_notice, at) => told.has(at));
}
