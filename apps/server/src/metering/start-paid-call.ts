import { COINS, counted, firstUnit, holdFor } from '@latido/core';
import type { CallMember } from '@latido/core';
import { CALL_ROOM, MATCH_ROOM } from '@latido/protocol';
import { sql } from 'kysely';
import { refuseBlocked, refuseBlockedTill } from '../access/index.ts';
import type { CallRow } from '../calls/index.ts';
import { createCall, formerlyWith, peopleOf } from '../calls/index.ts';
import { hintRecipients, notify } from '../inbox/index.ts';
import { openAccount, walletOf } from '../ledger/index.ts';
import type { Clock, Db, Hints, Tx } from '../platform/index.ts';
import { newId, problem } from '../platform/index.ts';
import { choosePlan, requireOffered } from './plan-offers.ts';
import { replan } from './replan.ts';
import { limitRings, lockPair, rememberStart, startedByKey, waitingOf } from './start-once.ts';
import type { MeterRow, PlanRow } from './store.ts';
import { lockMeters, spendingOf } from './store.ts';

/** Who wants to talk where. Whoever is not known yet is put in by their own request. */
export interface PaidCall {
  readonly roomName: string;
  readonly payerId?: string | undefined;
  readonly earnerId?: string | undefined;
  readonly planId?: string | undefined;
  /** The person who asks: the payer's own request is what holds the first unit. */
  readonly openedBy: string;
  /** Whom to tell, in the same transaction, that they are called, and by whom; and how long it rings there. */
  readonly invite?:
    | { readonly recipientId: string; readonly callerName: string; readonly ringMs: number }
    | undefined;
  /** Asked before anything is made: what it throws refuses it. */
  readonly mayBegin?: ((tx: Tx) => Promise<void>) | undefined;
}

/** A person calls another: the room is ours to choose. */
export interface PersonCall extends PaidCall {
  readonly payerId: string;
  readonly earnerId: string;
  /** The request's `Idempotency-Key`. */
  readonly key?: string | undefined;
}

/** A call that can be joined. */
export interface StartedCall {
  readonly callId: string;
  readonly callRow: CallRow;
  /** Null until the payer is known. */
  readonly meterId: string | null;
}

/**
 * Makes a paid call or finds the one that goes on in the room, puts the people into it, and holds the first unit as
 * the payer asks: all or nothing, in one transaction. Asking again is harmless.
 *
 * @throws balance.insufficient with `required`, `available`, `missing`, `currency`
 * @throws call.not_yours for a third person; call.ended for a room of matching whose call is over
 * @throws plan.not_found; what `mayBegin` throws
 */
export async function startPaidCall(
  deps: { db: Db; clock: Pick<Clock, 'now'>; hints: Pick<Hints, 'publish'> },
  order: PaidCall,
): Promise<StartedCall> {
  const started = await deps.db.transaction().execute(async (tx) => {
    await order.mayBegin?.(tx);
    return await startPaidCallIn(tx, deps.clock, order);
  });
  if (order.invite) hintRecipients(deps.hints, [order.invite.recipientId]);
  return started;
}

/**
 * Starts a call of two people once, however often it is asked: the same key gives the same call, and without one the
 * call in which they wait for each other is given again (METER-21).
 *
 * @throws what {@link startPaidCall} throws
 * @throws idempotency.mismatch when the key was used for another call
 * @throws request.rate_limited when these two were rung too often; what `mayBegin` throws
 */
export async function startCallOfTwo(
  deps: { db: Db; clock: Pick<Clock, 'now'>; hints: Pick<Hints, 'publish'> },
  order: PersonCall,
): Promise<Pick<StartedCall, 'callId'>> {
  const started = await deps.db.transaction().execute((tx) => startOnceIn(tx, deps.clock, order));
  if (order.invite) hintRecipients(deps.hints, [order.invite.recipientId]);
  return started;
}

async function startOnceIn(
  tx: Tx,
  clock: Pick<Clock, 'now'>,
  order: PersonCall,
): Promise<Pick<StartedCall, 'callId'>> {
  const request = { by: order.openedBy, key: order.key, pair: order };
  await lockPair(tx, order);
  const before = await startedByKey(tx, request);
  if (before) return { callId: before.id };
  // Many know a plan by its rounding only: what they wait by is known by its id.
  const { planId: name, earnerId } = order;
  const planId = name === undefined ? undefined : (await choosePlan(tx, { name, earnerId })).id;
  const waiting = await waitingOf(tx, { ...order, planId });
  if (waiting === null) {
    await order.mayBegin?.(tx);
    await limitRings(tx, order, new Date(clock.now()));
  }
  const { callId } = await startPaidCallIn(tx, clock, { ...order, ...waiting });
  await rememberStart(tx, request, callId);
  return { callId };
}

/** What {@link startPaidCall} does, in a transaction that is open already. */
export async function startPaidCallIn(
  tx: Tx,
  clock: Pick<Clock, 'now'>,
  order: PaidCall,
): Promise<StartedCall> {
  const { roomName, payerId, earnerId, openedBy } = order;
  const people: CallMember[] = [];
  if (payerId !== undefined) people.push({ personId: payerId, role: 'payer' });
  if (earnerId !== undefined) people.push({ personId: earnerId, role: 'earner' });
  const createdAt = new Date(clock.now());
  const { invite } = order;
  const ring = invite && {
    called: invite.recipientId,
    until: new Date(createdAt.getTime() + invite.ringMs),
  };
  const callRow = await createCall(tx, {
    roomName,
    kind: 'paid',
    people,
    createdBy: openedBy,
    createdAt,
    ring,
  });
  const callId = callRow.id;
  const members = await peopleOf(tx, callId);
  refuseLate(roomName, members);
  if (members.length < 2) await refuseApart(tx, { roomName, callId, personId: openedBy });
  const payer = members.find((member) => member.role === 'payer')?.personId;
  const earner = members.find((member) => member.role === 'earner')?.personId ?? null;
  if (payer !== undefined && earner !== null) await refuseBlockedTill(tx, [payer, earner]);
  const isPaid = callRow.kind === 'paid' && payer !== undefined;
  const meterId = isPaid ? await ensureMeter(tx, { callId, payer, earner, planId: order.planId }) : null;
  if (meterId !== null && payer === openedBy) await ensureHold(tx, meterId);
  await tellInvited(tx, clock, { order, callId });
  return { callId, callRow, meterId };
}

/**
 * Matching makes its rooms with both people in them. A page that asks for one when its call has ended would wait there alone, its
 * payer would hold coins for nobody and meet nobody else.
 */
function refuseLate(roomName: string, members: readonly CallMember[]): void {
  if (members.length >= 2 || !roomName.startsWith(MATCH_ROOM)) return;
  throw problem('call.ended', 'The call in this room has ended. You are where GET /api/v1/matching says.');
}

/**
 * A room in which one called the other was theirs: where they are to meet no more its link leads nowhere, else whoever pays would wait
 * there for nobody, with coins on hold.
 */
async function refuseApart(
  tx: Tx,
  { roomName, callId, personId }: { roomName: string; callId: string; personId: string },
): Promise<void> {
  if (!roomName.startsWith(CALL_ROOM)) return;
  for (const other of await formerlyWith(tx, { roomName, callId, personId }))
    await refuseBlocked(tx, [personId, other]);
}

async function tellInvited(
  tx: Tx,
  clock: Pick<Clock, 'now'>,
  { order, callId }: { order: PaidCall; callId: string },
): Promise<void> {
  const { roomName, openedBy: personId, invite } = order;
  if (invite === undefined) return;
  const notice = {
    recipientId: invite.recipientId,
    dedupKey: `invited:${callId}:${personId}`,
    type: 'call.invited' as const,
    payload: { callId, roomName, personId, name: invite.callerName, url: `/video?room=${roomName}` },
  };
  await notify(tx, notice, clock);
}

async function ensureMeter(
  tx: Tx,
  of: { callId: string; payer: string; earner: string | null; planId: string | undefined },
): Promise<string> {
  const earnerAccount = of.earner === null ? null : await openAccount(tx, of.earner, 'earner');
  const [known] = await lockMeters(tx, { callIds: [of.callId] });
  if (known) {
    if (known.earnerId === null && of.earner !== null) {
      await requireOffered(tx, { planId: known.price.id, earnerId: of.earner });
      await sql`update metering.meter set earner_id = ${of.earner}, earner_account_id = ${earnerAccount}
        where id = ${known.id}`.execute(tx);
      await replan(tx, { ids: [known.id] });
    }
    return known.id;
  }
  const price = await choosePlan(tx, { name: of.planId, earnerId: of.earner });
  return await makeMeter(tx, { ...of, earnerAccount, price });
}

/** Makes the meter of somebody who pays. The call's row is locked, so nobody makes it at the same time. */
export async function makeMeter(
  tx: Tx,
  of: {
    callId: string;
    payer: string;
    earner: string | null;
    earnerAccount: string | null;
    price: PlanRow;
  },
): Promise<string> {
  const { earnerAccount, price } = of;
  const wallet = await openAccount(tx, of.payer, 'wallet');
  const id = newId('meter');
  await sql`insert into metering.meter
      (id, call_id, payer_id, earner_id, wallet_account_id, earner_account_id, plan_id, plan_version)
    values (${id}, ${of.callId}, ${of.payer}, ${of.earner}, ${wallet}, ${earnerAccount}, ${price.id}, ${price.version})`.execute(
    tx,
  );
  await replan(tx, { ids: [id] });
  return id;
}

/** Holds what comes next, unless it is held. A meter that stands is started by the tick, as soon as coins are there. */
export async function ensureHold(tx: Tx, meterId: string): Promise<void> {
  const [meter] = await lockMeters(tx, { ids: [meterId] });
  if (!meter || meter.closingAt !== null) return;
  if (meter.exhaustedAt === null) {
    const { rows } = await sql<{ id: string }>`
      select id from metering.hold_next(${[meterId]}::text[]) as id`.execute(tx);
    if (rows.length > 0) return;
  }
  await requireCoins(tx, meter);
}

async function requireCoins(tx: Tx, meter: MeterRow): Promise<void> {
  const { plan, currency } = meter.price;
  const nextUnit = ((await spendingOf(tx, [meter.id])).get(meter.id)?.upTo ?? firstUnit(plan) - 1) + 1;
  const required = holdFor(plan, nextUnit);
  const available = (await walletOf(tx, meter.payerId))?.available ?? 0n;
  if (meter.exhaustedAt !== null && available >= required) return;
  const missing = required - available;
  throw problem(
    'balance.insufficient',
    `This call needs ${counted(required, COINS.en)}; you have ${available}. Top up ${missing}.`,
    {
      required: Number(required),
      available: Number(available),
      missing: Number(missing),
      currency,
    },
  );
}
