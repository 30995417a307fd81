import { CoinRequest, Lot, LotsQuery, NewCoinRequest, page } from '@latido/protocol';
import type { App } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { walletOf } from './accounts.ts';
import { askForCoins, coinsAskedBy, type AskedCoins } from './coin-requests.ts';
import { lotsOf } from './lots.ts';
import type { LedgerDeps } from './routes.ts';

const tags = ['ledger'];

/** `/api/v1/wallet/lots` and `/api/v1/wallet/requests`. */
export function walletRoutes(app: App, { access, db, lastTick }: LedgerDeps): void {
  app.get(
    '/api/v1/wallet/lots',
    {
      schema: {
        tags,
        summary: 'What your wallet is made of',
        description:
          'Coins that came in together, in the order in which they are spent: gifts, bonuses, bought ones.',
        querystring: LotsQuery,
        response: { 200: page(Lot) },
      },
    },
    async (request) => {
      const { personId } = await access.require(request);
      await lastTick({ personId });
      const wallet = await walletOf(db, personId);
      const { cursor, limit } = request.query;
      const lots = wallet ? await lotsOf(db, wallet.accountId, { limit: limit + 1, afterId: cursor }) : [];
      const shown = lots.slice(0, limit);
      const items = shown.map((lot) => ({
        ...lot,
        coins: Number(lot.coins),
        left: Number(lot.left),
        createdAt: lot.createdAt.toISOString(),
        expiresAt: lot.expiresAt?.toISOString() ?? null,
      }));
      return { items, nextCursor: lots.length > limit ? (shown.at(-1)?.id ?? null) : null };
    },
  );
  app.get(
    '/api/v1/wallet/requests',
    {
      schema: {
        tags,
        summary: 'Whether you ask for coins',
        description: 'Empty, or the one request that stands; it goes once coins were given.',
        response: { 200: page(CoinRequest) },
      },
    },
    async (request) => {
      const { personId } = await access.require(request);
      const asked = await coinsAskedBy(db, personId);
      return { items: asked ? [onWire(asked)] : [], nextCursor: null };
    },
  );
  app.post(
    '/api/v1/wallet/requests',
    {
      schema: {
        tags,
        summary: 'Ask for coins',
        description: 'Whoever looks after people sees it beside your name. Asking again asks once.',
        body: NewCoinRequest,
        response: { 201: CoinRequest },
      },
    },
    async (request, reply) => {
      const { personId } = await access.require(request);
      const person = await access.personByIdOrEmail(db, personId);
      if (!person) throw problem('person.not_found', 'An API key has no wallet: sign in.');
      return await reply.code(201).send(onWire(await askForCoins(db, person.id, request.body.memo)));
    },
  );
}

function onWire({ askedAt, memo }: AskedCoins): CoinRequest {
  return { askedAt: askedAt.toISOString(), memo };
}
