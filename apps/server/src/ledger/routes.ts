import { Earnings, Grant, NewGrant, Wallet } from '@latido/protocol';
import { z } from 'zod';
import type { App, Clock, Config, Db, Hints } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { earningsOf, openAccount, walletOf } from './accounts.ts';
import { answerRequest } from './coin-requests.ts';
import { CREDITED, grant } from './credit.ts';
import { earnedBy, owedOf } from './earned.ts';
import type { CallsOfMeters, Gate, LastTick } from './ports.ts';
import { statement } from './statement.ts';
import { onWire, statementRoutes } from './statement-routes.ts';

export interface LedgerDeps {
  readonly access: Gate;
  readonly config: Pick<Config, 'earningsDelayMs'>;
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly hints: Hints;
  readonly lastTick: LastTick;
  readonly callsOfMeters: CallsOfMeters;
}

const tags = ['ledger'];
const ENTRIES_SHOWN = 20;

/** Registers `/api/v1/wallet`, `/api/v1/earnings` and an admin's grants. */
export function ledgerRoutes(app: App, deps: LedgerDeps): void {
  const { access, db, lastTick } = deps;
  app.get('/api/v1/wallet', { schema: { tags, response: { 200: Wallet } } }, async (request) => {
    const { personId } = await access.require(request);
    await lastTick({ personId });
    const wallet = await walletOf(db, personId);
    return {
      balance: Number(wallet?.posted ?? 0n),
      held: Number(wallet?.held ?? 0n),
      available: Number(wallet?.available ?? 0n),
      currency: wallet?.currency ?? 'COIN',
    };
  });
  app.get('/api/v1/earnings', { schema: { tags, response: { 200: Earnings } } }, async (request) => {
    const { personId } = await access.require(request);
    await lastTick({ personId });
    const account = await earningsOf(db, personId);
    const rows = account ? await statement(db, account.accountId, { limit: ENTRIES_SHOWN }) : [];
    const { posted, available } = await paidOutOf(deps, account?.accountId);
    return {
      balance: Number(posted),
      available: Number(available),
      owed: Number(owedOf(posted)),
      currency: account?.currency ?? 'COIN',
      items: await onWire(deps, rows, personId),
    };
  });
  statementRoutes(app, deps);
  grantRoute(app, deps);
}

/** The same figure that a payout is granted by (CASH-12). */
async function paidOutOf({ clock, config, db }: LedgerDeps, accountId: string | undefined) {
  if (accountId === undefined) return { posted: 0n, available: 0n };
  return await earnedBy(db, { accountId, now: clock.now(), delayMs: config.earningsDelayMs });
}

function grantRoute(app: App, { access, db, hints }: LedgerDeps): void {
  const params = z.object({ personId: z.string().max(200) });
  const headers = z.object({ 'idempotency-key': z.string().min(1).max(200) });
  const schema = { tags, params, headers, body: NewGrant, response: { 201: Grant } };
  app.post('/api/v1/wallets/:personId/grants', { schema }, async (request, reply) => {
    const by = await access.require(request, 'admin', 'manager');
    const person = await access.personByIdOrEmail(db, request.params.personId);
    if (!person)
      throw problem('person.not_found', `There is no person ${request.params.personId.slice(0, 64)}.`);
    const { coins, kind, expiresAt, memo } = request.body;
    const { accountId, credited } = await db.transaction().execute(async (tx) => {
      const wallet = await openAccount(tx, person.id, 'wallet');
      const done = await grant(tx, {
        accountId: wallet,
        coins: BigInt(coins),
        kind,
        // Keys of different people never meet, nor do ours with theirs.
        idemKey: `grant:${by.personId}:${request.headers['idempotency-key']}`,
        actor: by.personId,
        ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
        ...(memo === undefined ? {} : { memo }),
      });
      await answerRequest(tx, wallet);
      return { accountId: wallet, credited: done };
    });
    hints.publish(CREDITED, accountId);
    const recordedAt = credited.recordedAt.toISOString();
    return await reply
      .code(201)
      .send({ id: credited.journalId, personId: person.id, coins, kind, recordedAt });
  });
}
