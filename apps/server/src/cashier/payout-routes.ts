import { EARNING, Mine, NewPayout, Payout, Payouts, PayoutStatus, PayoutStepBody } from '@latido/protocol';
import { z } from 'zod';
import { earnedBy, earningsOf } from '../ledger/index.ts';
import type { App } from '../platform/index.ts';
import { readCursor, writeCursor } from '../platform/index.ts';
import { requestPayout, stepPayout, type PayoutDeps } from './payouts.ts';
import type { Who } from './ports.ts';
import { payoutsOf, type PayoutRow } from './payout-store.ts';
import { keyHeader, listQuery } from './top-up-routes.ts';

export type PayoutRouteDeps = PayoutDeps & { readonly access: Who };

const tags = ['cashier'];
const params = z.object({ id: z.string().min(1).max(64) });
const STEPS = [
  ['sent', 'The transfer was ordered'],
  ['paid', 'The money arrived'],
  ['returned', 'The coins are the earner’s again, also after a bank sent the money back'],
] as const;

/** `/api/v1/payouts`: an earner asks, the desk takes it on. */
export function payoutRoutes(app: App, deps: PayoutRouteDeps): void {
  askRoute(app, deps);
  listRoute(app, deps);
  for (const [step, description] of STEPS)
    app.post(
      `/api/v1/payouts/:id/${step}`,
      {
        schema: {
          tags,
          summary: `Mark a payout as ${step}`,
          description: `${description}. For admins; the same step again changes nothing.`,
          params,
          body: PayoutStepBody.nullish(),
          response: { 200: Payout },
        },
      },
      async (request) => {
        const { personId: byId } = await deps.access.require(request, 'admin');
        const { id } = request.params;
        const done = await stepPayout(deps, { id, step, byId, reason: request.body?.reason });
        return await oneOnWire(deps, done);
      },
    );
}

function askRoute(app: App, deps: PayoutRouteDeps): void {
  app.post(
    '/api/v1/payouts',
    {
      schema: {
        tags,
        summary: 'Ask for earnings in money',
        description: 'The coins are put aside at once; `payout.changed` tells what becomes of it.',
        headers: keyHeader,
        body: NewPayout,
        response: { 201: Payout },
      },
    },
    async (request, reply) => {
      const { personId } = await deps.access.require(request, ...EARNING);
      const asked = { personId, coins: BigInt(request.body.coins), key: request.headers['idempotency-key'] };
      return await reply.code(201).send(await oneOnWire(deps, await requestPayout(deps, asked)));
    },
  );
}

function listRoute(app: App, deps: PayoutRouteDeps): void {
  const querystring = listQuery.extend({ status: PayoutStatus.optional(), mine: Mine });
  app.get(
    '/api/v1/payouts',
    {
      schema: {
        tags,
        summary: 'Payouts, the latest first',
        description:
          'Your own; managers and admins see all, and their own alone with `mine=true`. `available` is what you may ask for now.',
        querystring,
        response: { 200: Payouts },
      },
    },
    async (request) => {
      const { personId, roles } = await deps.access.require(request);
      const { cursor, limit, status, mine } = request.query;
      const isDesk = roles.some((role) => role === 'admin' || role === 'manager');
      const rows = await payoutsOf(deps.db, {
        personId: isDesk && mine !== true ? null : personId,
        status,
        before: readCursor(cursor, z.string().max(64)),
        limit: limit + 1,
      });
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      return {
        items: await onWire(deps, items),
        nextCursor: rows.length > limit && last ? writeCursor(last.id) : null,
        available: Number(await availableTo(deps, personId)),
      };
    },
  );
}

async function availableTo(
  { db, clock, earningsDelayMs: delayMs }: PayoutRouteDeps,
  personId: string,
): Promise<bigint> {
  const account = await earningsOf(db, personId);
  if (!account) return 0n;
  return (await earnedBy(db, { accountId: account.accountId, now: clock.now(), delayMs })).available;
}

async function onWire({ access, db }: PayoutRouteDeps, rows: readonly PayoutRow[]): Promise<Payout[]> {
  const people = await access.personsById(db, [...new Set(rows.map(({ personId }) => personId))]);
  return rows.map(({ id, personId, coins, status, reason, requestedAt, changedAt }) => ({
    id,
    personId,
    name: people.get(personId)?.name ?? '',
    coins: Number(coins),
    status,
    reason,
    requestedAt: requestedAt.toISOString(),
    changedAt: changedAt.toISOString(),
  }));
}

async function oneOnWire(deps: PayoutRouteDeps, row: PayoutRow): Promise<Payout> {
  const [shown] = await onWire(deps, [row]);
  if (!shown) throw new Error('a payout was not shown');
  return shown;
}
