import { openAccount } from '../ledger/index.ts';
import type { Tx } from '../platform/index.ts';
import { choosePlan } from './plan-offers.ts';
import { ensureHold, makeMeter } from './start-paid-call.ts';
import { lockMeters } from './store.ts';

/** One of those who pay in a call with a host. */
export interface GroupPayer {
  readonly callId: string;
  readonly payerId: string;
  /** Who earns: the host of the call. */
  readonly earnerId: string;
  /** The plan that was agreed; whoever comes later pays by the version that the call began with. */
  readonly planId: string | undefined;
}

/**
 * The meter of one payer in a group, made as they first come, and the unit that comes next held for it (METER-50). The call's row
 * is locked.
 *
 * @throws balance.insufficient with `required`, `available`, `missing`, `currency`
 * @throws plan.not_found
 */
export async function payInGroup(tx: Tx, of: GroupPayer): Promise<string> {
  const { callId, payerId: payer, earnerId: earner, planId } = of;
  const earnerAccount = await openAccount(tx, earner, 'earner');
  const meters = await lockMeters(tx, { callIds: [callId] });
  const own = meters.find((meter) => meter.payerId === payer);
  const price = meters[0]?.price ?? (await choosePlan(tx, { name: planId, earnerId: earner }));
  const id = own?.id ?? (await makeMeter(tx, { callId, payer, earner, earnerAccount, price }));
  await ensureHold(tx, id);
  return id;
}
