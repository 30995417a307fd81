import { PRINTED_MOST, statementCsv } from '@latido/core';
import { Earnings, Grant, NewGrant, numberedPage, page, StatementLine, Wallet } from '@latido/protocol';
import { z } from 'zod';
import type { App, Clock, Config, Db, Hints } from '../platform/index.ts';
import { isCsvAsked, PdfZone, problem, sendCsv } from '../platform/index.ts';
import { earningsOf, openAccount, walletOf } from './accounts.ts';
import { answerRequest } from './coin-requests.ts';
import { CREDITED, grant } from './credit.ts';
import { earnedBy, owedOf } from './earned.ts';
import type { CallsOfMeters, Gate, LastTick, MeteredCall } from './ports.ts';
import type { StatementRow } from './statement.ts';
import { statement } from './statement.ts';
import { sendStatement } from './statement-pdf.ts';

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
/** A file of more lines is none that a spreadsheet likes to open. */
const LINES_IN_FILE = 100_000;

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
  statementRoute(app, deps);
  grantRoute(app, deps);
}

/** The same figure that a payout is granted by (CASH-12). */
async function paidOutOf({ clock, config, db }: LedgerDeps, accountId: string | undefined) {
  if (accountId === undefined) return { posted: 0n, available: 0n };
  return await earnedBy(db, { accountId, now: clock.now(), delayMs: config.earningsDelayMs });
}

function statementRoute(app: App, deps: LedgerDeps): void {
  const { access, db, lastTick } = deps;
  const querystring = numberedPage({ limit: 50, most: 200 }).extend({
    format: z.enum(['json', 'csv', 'pdf']).optional(),
    zone: PdfZone,
    excel: z.enum(['true', 'false']).optional(),
  });
  const schema = { tags, querystring, response: { 200: z.union([page(StatementLine), z.string()]) } };
  app.get('/api/v1/wallet/statement', { schema }, async (request, reply) => {
    const reader = await access.require(request);
    const { personId } = reader;
    const { cursor, limit, excel, format, zone } = request.query;
    await lastTick({ personId });
    const wallet = await walletOf(db, personId);
    if (isCsvAsked(request)) {
      const all = wallet ? await statement(db, wallet.accountId, { limit: LINES_IN_FILE }) : [];
      const lines = await onWire(deps, all, personId);
      return await sendCsv(reply, 'latido-statement', statementCsv(lines, { excel: excel === 'true' }));
    }
    if (format === 'pdf') {
      const latest = wallet ? await statement(db, wallet.accountId, { limit: PRINTED_MOST + 1 }) : [];
      const lines = await onWire(deps, latest, personId);
      const balance = Number(wallet?.posted ?? 0n);
      return await sendStatement(reply, { reader, zone, balance, lines, now: deps.clock.now() });
    }
    if (!wallet) return { items: [], nextCursor: null };
    const beforeNo = cursor === undefined ? undefined : BigInt(cursor);
    const rows = await statement(db, wallet.accountId, { limit: limit + 1, beforeNo });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const items = await onWire(deps, shown, personId);
    return { items, nextCursor: rows.length > limit && last ? String(last.no) : null };
  });
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

/** Lines of somebody's statement; those of a call name whom it was with. */
async function onWire(
  { access, db, callsOfMeters }: LedgerDeps,
  rows: readonly StatementRow[],
  personId: string,
): Promise<StatementLine[]> {
  const calls = await callsOfMeters([...new Set(rows.flatMap(({ meterId }) => meterId ?? []))]);
  const other = ({ payerId, earnerId }: MeteredCall) => (payerId === personId ? earnerId : payerId) ?? '';
  const people = await access.personsById(db, [...calls.values()].map(other));
  return rows.map((row) => {
    const call = calls.get(row.meterId ?? '');
    return {
      id: row.id,
      kind: row.kind,
      occurredAt: row.occurredAt.toISOString(),
      coins: Number(row.coins),
      unit: row.unit,
      balance: Number(row.balance),
      memo: row.memo,
      call: call ? { callId: call.callId, with: people.get(other(call))?.name ?? '' } : null,
    };
  });
}
