import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { openAccount } from './accounts.ts';
import { lockBalances, writeEntry } from './move.ts';

/** An earner's account: all of it, and what may be asked for in money now. */
export interface Earned {
  readonly accountId: string;
  readonly posted: bigint;
  readonly available: bigint;
}

/** What an earner's account is below zero by: taken back after it was paid out, and settled by what is earned next. */
export const owedOf = (posted: bigint): bigint => (posted < 0n ? -posted : 0n);

/** So many entries are read at once, newest first. */
const PAGE = 2_000;
/** An entry is recorded at the begin of its transaction and numbered within it: none is out of its turn by more. */
export const OUT_OF_TURN_MS = 3_600_000;

/**
 * What an earner may be paid out: their balance less the shares of charges that are younger than `delayMs`, and never below
 * zero. What was taken back counts as old as the charge that it takes back. The account is read backwards, as far as it is so young.
 */
export async function earnedBy(
  db: DbOrTx,
  {
    accountId,
    now,
    delayMs,
    page = PAGE,
  }: { accountId: string; now: number; delayMs: number; page?: number },
): Promise<Earned> {
  const { rows } = await sql<{ no: bigint; posted: bigint }>`
    select a.no, b.posted from ledger.account a join ledger.balance b on b.account_id = a.id where a.id = ${accountId}`.execute(
    db,
  );
  const [account] = rows;
  if (account === undefined) return { accountId, posted: 0n, available: 0n };
  const { no: accountNo, posted } = account;
  let young = 0n;
  for (let before: bigint | null = null; ;) {
    const read: YoungPage = await youngPage(db, { accountNo, before, page, since: now - delayMs });
    young += read.coins;
    if (read.isLast || read.oldestNo === null) break;
    before = read.oldestNo;
  }
  const free = posted - (young > 0n ? young : 0n);
  return { accountId, posted, available: free > 0n ? free : 0n };
}

interface YoungPage {
  readonly coins: bigint;
  readonly oldestNo: bigint | null;
  /** Nothing before it is young enough to count. */
  readonly isLast: boolean;
}

async function youngPage(
  db: DbOrTx,
  of: { accountNo: bigint; before: bigint | null; page: number; since: number },
): Promise<YoungPage> {
  const { rows } = await sql<YoungPage>`
    select coalesce(sum(p.amount) filter (where j.kind <> 'payout'
             and coalesce(o.occurred_at, j.occurred_at) > ${new Date(of.since)}::timestamptz), 0)::bigint as coins,
           min(p.journal_no) as "oldestNo",
           count(*) < ${of.page} or min(j.recorded_at) < ${new Date(of.since - OUT_OF_TURN_MS)}::timestamptz as "isLast"
      from (select * from ledger.posting
             where account_no = ${of.accountNo} and (${of.before}::bigint is null or journal_no < ${of.before}::bigint)
             order by journal_no desc limit ${of.page}) p
      join ledger.journal j on j.no = p.journal_no left join ledger.journal o on o.no = j.reverses_no`.execute(
    db,
  );
  return rows[0] ?? { coins: 0n, oldestNo: null, isLast: true };
}

/** Coins on their way out of an earner's account, or back into it. */
export interface PayoutMove {
  readonly personId: string;
  readonly coins: bigint;
  readonly idemKey: string;
  readonly actor: string;
  readonly memo?: string | undefined;
}

/**
 * Puts coins of an earner aside, if so many are available; null when not.
 * The balance is locked before it is read: of several who ask at once each sees what the others took (CASH-7).
 */
export async function putAside(
  tx: Tx,
  { personId, ...asked }: PayoutMove & { now: number; delayMs: number },
): Promise<{ available: bigint; owed: bigint; isAside: boolean }> {
  const [earner, aside] = await accountsOf(tx, personId);
  const { now, delayMs } = asked;
  const { posted, available } = await earnedBy(tx, { accountId: earner, now, delayMs });
  const owed = owedOf(posted);
  if (available < asked.coins) return { available, owed, isAside: false };
  await writeEntry(tx, { kind: 'payout', ...said(asked) }, [
    [earner, -asked.coins],
    [aside, asked.coins],
  ]);
  return { available: available - asked.coins, owed, isAside: true };
}

/** They went out in money. */
export async function payOut(tx: Tx, { personId, coins, ...asked }: PayoutMove): Promise<void> {
  const [, aside] = await accountsOf(tx, personId);
  await writeEntry(tx, { kind: 'payout', ...said(asked) }, [
    [aside, -coins],
    ['account_cash', coins],
  ]);
}

/** They are the earner's again; `wasPaid`: the money came back. */
export async function giveBackAside(
  tx: Tx,
  { personId, coins, wasPaid, ...asked }: PayoutMove & { wasPaid: boolean },
): Promise<void> {
  const [earner, aside] = await accountsOf(tx, personId);
  await writeEntry(tx, { kind: 'payout', ...said(asked) }, [
    [wasPaid ? 'account_cash' : aside, -coins],
    [earner, coins],
  ]);
}

function said({ idemKey, actor, memo }: Pick<PayoutMove, 'idemKey' | 'actor' | 'memo'>) {
  return { idemKey, actor, memo: memo ?? null };
}

async function accountsOf(tx: Tx, personId: string): Promise<[earner: string, aside: string]> {
  const earner = await openAccount(tx, personId, 'earner');
  const aside = await openAccount(tx, personId, 'payout');
  await lockBalances(tx, [earner, aside]);
  return [earner, aside];
}
