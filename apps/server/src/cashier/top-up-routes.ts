import { NewPacks, NewTopUp, Packs, page, TopUp, type Pack } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../platform/index.ts';
import { problem, readCursor, writeCursor } from '../platform/index.ts';
import { hear, type HearDeps } from './hear.ts';
import { openTopUp, type TopUpDeps } from './top-up.ts';
import type { Who } from './ports.ts';
import { packs, topUpById, topUpsOf, writePacks, type PackRow, type TopUpRow } from './store.ts';

export type TopUpRouteDeps = TopUpDeps & HearDeps & { readonly access: Who };

const tags = ['cashier'];
const params = z.object({ id: z.string().min(1).max(64) });
/** Sent again with the same key it is the same top-up, payout or refund. */
export const keyHeader = z.object({ 'idempotency-key': z.string().min(1).max(200).optional() });
/** How a list that goes on by ids is read. */
export const listQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const place = z.string().max(64);
/** An amount that a client would pay is no amount. */
const Nothing = z.strictObject({});

/** `/api/v1/packs` and `/api/v1/topups`. */
export function topUpRoutes(app: App, deps: TopUpRouteDeps): void {
  packRoutes(app, deps);
  buyRoutes(app, deps);
  readRoutes(app, deps);
}

function packRoutes(app: App, { access, db, provider }: TopUpRouteDeps): void {
  const response = { 200: Packs };
  const onWire = (rows: readonly PackRow[]): Packs => ({
    items: rows.map(packOnWire),
    nextCursor: null,
    provider: provider?.name ?? null,
  });
  app.get(
    '/api/v1/packs',
    { schema: { tags, summary: 'Coins that can be bought', response } },
    async (request) => {
      await access.require(request);
      return onWire(await packs(db));
    },
  );
  app.put(
    '/api/v1/packs',
    {
      schema: {
        tags,
        summary: 'Say which packs are offered',
        description: 'For admins. These and no others, in this order. What was bought stays what it was.',
        body: NewPacks,
        response,
      },
    },
    async (request) => {
      await access.require(request, 'admin');
      const offered = request.body.items.map((pack) => ({
        ...pack,
        coins: BigInt(pack.coins),
        bonus: BigInt(pack.bonus),
        amount: BigInt(pack.amount),
      }));
      await db.transaction().execute((tx) => writePacks(tx, offered));
      return onWire(offered);
    },
  );
}

function buyRoutes(app: App, deps: TopUpRouteDeps): void {
  app.post(
    '/api/v1/topups',
    {
      schema: {
        tags,
        summary: 'Buy a pack of coins',
        description:
          'Coins, bonus and price are the pack’s. Open `url` where there is one; the coins come once the provider says that it was paid, and `topup.changed` tells it.',
        headers: keyHeader,
        body: NewTopUp,
        response: { 201: TopUp },
      },
    },
    async (request, reply) => {
      const personId = await buyer(deps, request);
      const key = request.headers['idempotency-key'];
      const made = await openTopUp(deps, { personId, packId: request.body.packId, key });
      return await reply.code(201).send(topUpOnWire(made));
    },
  );
  app.post(
    '/api/v1/topups/:id/dev-pay',
    {
      schema: {
        tags,
        summary: 'Pay a top-up of the development provider',
        description:
          'No money moves. Not in production, and not where Stripe is set. What it costs is the pack’s: no body.',
        params,
        body: Nothing.nullish(),
        response: { 200: TopUp },
      },
    },
    async (request) => {
      const topUp = await ownTopUp(deps, request, request.params.id);
      if (deps.provider?.name !== 'development' || topUp.provider !== 'development')
        throw problem('route.not_found', 'This server has no development provider: top-ups are paid for.');
      const { id, amount, currency } = topUp;
      const word = { kind: 'paid', amount, currency } as const;
      const paymentRef = `dev_payment_${id}`;
      const heard = await hear(deps, {
        provider: 'development',
        id: `${id}:paid`,
        topUpId: id,
        paymentRef,
        word,
      });
      return topUpOnWire(heard ?? topUp);
    },
  );
}

function readRoutes(app: App, deps: TopUpRouteDeps): void {
  app.get(
    '/api/v1/topups',
    {
      schema: {
        tags,
        summary: 'Your top-ups, the latest first',
        querystring: listQuery,
        response: { 200: page(TopUp) },
      },
    },
    async (request) => {
      const personId = await buyer(deps, request);
      const { cursor, limit } = request.query;
      const rows = await topUpsOf(deps.db, { personId, before: readCursor(cursor, place), limit: limit + 1 });
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = rows.length > limit && last ? writeCursor(last.id) : null;
      return { items: items.map(topUpOnWire), nextCursor };
    },
  );
  app.get(
    '/api/v1/topups/:id',
    { schema: { tags, summary: 'One of your top-ups', params, response: { 200: TopUp } } },
    async (request) => topUpOnWire(await ownTopUp(deps, request, request.params.id)),
  );
}

async function buyer({ access, db }: TopUpRouteDeps, request: FastifyRequest): Promise<string> {
  const { personId } = await access.require(request);
  if (await access.personByIdOrEmail(db, personId)) return personId;
  throw problem('person.not_found', 'An API key has no wallet: sign in.');
}

/** Nobody learns that those of others exist. */
async function ownTopUp(deps: TopUpRouteDeps, request: FastifyRequest, id: string): Promise<TopUpRow> {
  const { personId } = await deps.access.require(request);
  const found = await topUpById(deps.db, id);
  if (found?.personId === personId) return found;
  throw problem('topup.not_found', `There is no top-up ${id.slice(0, 64)}, or it is not yours.`);
}

function packOnWire({ id, name, coins, bonus, amount, currency }: PackRow): Pack {
  return { id, name, coins: Number(coins), bonus: Number(bonus), amount: Number(amount), currency };
}

function topUpOnWire(row: TopUpRow): TopUp {
  const { id, status, provider, packId, currency, url } = row;
  return {
    id,
    status,
    provider,
    packId,
    coins: Number(row.coins),
    bonus: Number(row.bonus),
    amount: Number(row.amount),
    currency,
    ...(url === null || status !== 'pending' ? {} : { url }),
    createdAt: row.createdAt.toISOString(),
    paidAt: row.paidAt?.toISOString() ?? null,
  };
}
