import { Readable } from 'node:stream';
import { PRINTED_MOST, statementCsv } from '@latido/core';
import { numberedPage, page, StatementLine } from '@latido/protocol';
import { z } from 'zod';
import type { App, DbOrTx } from '../platform/index.ts';
import { isCsvAsked, PdfZone, sendCsv } from '../platform/index.ts';
import { earningsOf, walletOf } from './accounts.ts';
import type { MeteredCall } from './ports.ts';
import type { LedgerDeps } from './routes.ts';
import type { StatementRow } from './statement.ts';
import { statement, statementInParts } from './statement.ts';
import { sendStatement, STATEMENT_FILES } from './statement-pdf.ts';

const tags = ['ledger'];
/** A file is whole, however many lines it has: so many are in memory at a time. */
const LINES_AT_ONCE = 5_000;

/** Whose account a statement is of. */
interface Stated {
  readonly whose: 'wallet' | 'earnings';
  readonly accountOf: (
    db: DbOrTx,
    personId: string,
  ) => Promise<{ readonly accountId: string; readonly posted: bigint } | null>;
}

/** `GET /api/v1/wallet/statement` and `GET /api/v1/earnings/statement`: the same of either account (LEDGER-13, LEDGER-17). */
export function statementRoutes(app: App, deps: LedgerDeps): void {
  statementRoute(app, deps, { whose: 'wallet', accountOf: walletOf });
  statementRoute(app, deps, { whose: 'earnings', accountOf: earningsOf });
}

function statementRoute(app: App, deps: LedgerDeps, { whose, accountOf }: Stated): void {
  const { access, db, lastTick } = deps;
  const querystring = numberedPage({ limit: 50, most: 200 }).extend({
    format: z.enum(['json', 'csv', 'pdf']).optional(),
    zone: PdfZone,
    excel: z.enum(['true', 'false']).optional(),
  });
  const schema = { tags, querystring, response: { 200: z.union([page(StatementLine), z.string()]) } };
  app.get(`/api/v1/${whose}/statement`, { schema }, async (request, reply) => {
    const reader = await access.require(request);
    const { personId } = reader;
    const { cursor, limit, excel, format, zone } = request.query;
    await lastTick({ personId });
    const account = await accountOf(db, personId);
    if (isCsvAsked(request)) {
      const file = Readable.from(csvOf(deps, { accountId: account?.accountId, personId }, excel === 'true'));
      return await sendCsv(reply, STATEMENT_FILES[whose], file);
    }
    if (format === 'pdf') {
      const latest = account ? await statement(db, account.accountId, { limit: PRINTED_MOST + 1 }) : [];
      const lines = await onWire(deps, latest, personId);
      const balance = Number(account?.posted ?? 0n);
      return await sendStatement(reply, { reader, whose, zone, balance, lines, now: deps.clock.now() });
    }
    if (!account) return { items: [], nextCursor: null };
    const beforeNo = cursor === undefined ? undefined : BigInt(cursor);
    const rows = await statement(db, account.accountId, { limit: limit + 1, beforeNo });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const items = await onWire(deps, shown, personId);
    return { items, nextCursor: rows.length > limit && last ? String(last.no) : null };
  });
}

async function* csvOf(
  deps: LedgerDeps,
  of: { accountId: string | undefined; personId: string },
  excel: boolean,
): AsyncGenerator<string> {
  yield statementCsv([], { excel });
  if (of.accountId === undefined) return;
  for await (const rows of statementInParts(deps.db, of.accountId, LINES_AT_ONCE))
    yield statementCsv(await onWire(deps, rows, of.personId), { goesOn: true });
}

/** Lines of somebody's statement; those of a call name whom it was with. */
export async function onWire(
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
