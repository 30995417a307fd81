import { COINS, counted } from '@latido/core';
import { sql } from 'kysely';
import { hintRecipients, notifyAll } from '../inbox/index.ts';
import {
  CREDITED,
  lockAccountsOf,
  refundCharges,
  standingOfMeter,
  type Part,
  type Standing,
} from '../ledger/index.ts';
import type { Clock, Db, Hints, Tx } from '../platform/index.ts';
import { newId, keyWasUsed, problem } from '../platform/index.ts';
import { totalsOf } from './meter-state.ts';
import type { MeterRow } from './store.ts';
import { lockMeters } from './store.ts';

export interface RefundDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly hints: Pick<Hints, 'publish'>;
}

/** What the desk gives back of a call: so many coins, or its last so many units. */
export interface AskedRefund {
  readonly callId: string;
  readonly meterId: string;
  readonly coins: bigint | undefined;
  readonly units: number | undefined;
  readonly reason: string;
  readonly byId: string;
  readonly key: string | undefined;
}

/** A refund as it is stored. */
export interface RefundRow {
  readonly id: string;
  readonly coins: bigint;
  readonly units: number | null;
  readonly reason: string;
  readonly createdAt: Date;
}

/**
 * Gives coins of a call back, by reversing entries: to the payer's lots, from the earner's share and the platform's (METER-43).
 * The same key gives the same refund.
 *
 * @throws refund.too_much with `available`; idempotency.mismatch
 */
export async function refundCall(deps: RefundDeps, asked: AskedRefund): Promise<RefundRow> {
  const done = await deps.db.transaction().execute((tx) => refundIn(tx, deps, asked));
  deps.hints.publish(CREDITED, done.meter.walletAccountId);
  hintRecipients(deps.hints, peopleOf(done.meter));
  return done.refund;
}

async function refundIn(
  tx: Tx,
  { clock }: RefundDeps,
  asked: AskedRefund,
): Promise<{ refund: RefundRow; meter: MeterRow }> {
  const [meter] = await lockMeters(tx, { ids: [asked.meterId] });
  if (!meter) throw new Error(`the meter ${asked.meterId} is gone`);
  const before = asked.key === undefined ? null : await refundByKey(tx, asked);
  if (before) return { refund: before, meter };
  const charged = {
    meterId: meter.id,
    walletAccountId: meter.walletAccountId,
    earnerAccountId: meter.earnerAccountId,
  };
  await lockAccountsOf(tx, charged);
  const part = partOf(asked);
  const standing = await standingOfMeter(tx, { ...charged, ...part });
  if (part.coins !== null && part.coins > standing.coins)
    throw tooMuch(counted(part.coins, COINS.en), standing);
  if (part.units !== null && part.units > standing.units) throw tooMuch(counted(part.units, UNITS), standing);
  if (standing.coins === 0n) throw costNothing(standing, (await totalsOf(tx, meter)).coins);
  const at = new Date(clock.now());
  const id = newId('refund');
  const { coins, share } = await refundCharges(tx, {
    ...charged,
    ...part,
    refundId: id,
    actor: asked.byId,
    reason: asked.reason,
    at,
  });
  const { rows } =
    await sql`insert into metering.refund (id, meter_id, coins, units, reason, by_id, idem_key, created_at)
    values (${id}, ${meter.id}, ${coins}, ${asked.units ?? null}, ${asked.reason}, ${asked.byId}, ${asked.key ?? null}, ${at})
    on conflict do nothing returning id`.execute(tx);
  // The key came for another call in this very moment: nothing of this one stays.
  if (rows.length === 0) throw keyWasUsed('refund', 'one');
  await tell(tx, { meter, asked, id, coins, share }, clock);
  return { refund: { id, coins, units: asked.units ?? null, reason: asked.reason, createdAt: at }, meter };
}

function partOf({ coins, units }: AskedRefund): Part {
  return coins === undefined ? { coins: null, units: units ?? 0 } : { coins, units: null };
}

async function refundByKey(tx: Tx, asked: AskedRefund): Promise<RefundRow | null> {
  const { rows } = await sql<RefundRow & { meterId: string }>`
    select id, coins, units, reason, created_at as "createdAt", meter_id as "meterId" from metering.refund
     where by_id = ${asked.byId} and idem_key = ${asked.key ?? null}::text`.execute(tx);
  const [before] = rows;
  if (!before) return null;
  const isSame =
    before.meterId === asked.meterId &&
    before.reason === asked.reason &&
    (asked.coins === undefined
      ? before.units === asked.units
      : before.units === null && before.coins === asked.coins);
  if (isSame) return before;
  throw keyWasUsed('refund', 'one');
}

const UNITS = ['unit', 'units'] as const;

function tooMuch(asked: string, { coins: available, units }: Standing): Error {
  return problem(
    'refund.too_much',
    available === 0n
      ? 'Nothing that was charged for this call stands any more.'
      : `You asked for ${asked}; ${counted(available, COINS.en)} of this call, in ${counted(units, UNITS)}, can still be given back.`,
    { available: Number(available) },
  );
}

function costNothing({ units }: Standing, available: bigint): Error {
  return problem(
    'refund.too_much',
    `The last ${units === 1 ? 'unit' : counted(units, UNITS)} of this call cost nothing; ${counted(available, COINS.en)} of it can still be given back.`,
    { available: Number(available) },
  );
}

async function tell(
  tx: Tx,
  of: { meter: MeterRow; asked: AskedRefund; id: string; coins: bigint; share: bigint },
  clock: Pick<Clock, 'now'>,
): Promise<void> {
  const { callId, reason } = of.asked;
  const notice = (recipientId: string, coins: bigint) => ({
    recipientId,
    dedupKey: `refund:${of.id}`,
    type: 'call.refunded' as const,
    payload: { callId, refundId: of.id, coins: Number(coins), reason },
  });
  const { payerId, earnerId } = of.meter;
  const told = [notice(payerId, of.coins)];
  if (earnerId !== null && of.share > 0n) told.push(notice(earnerId, -of.share));
  await notifyAll(tx, told, clock);
}

function peopleOf({ payerId, earnerId }: MeterRow): string[] {
  return earnerId === null ? [payerId] : [payerId, earnerId];
}
