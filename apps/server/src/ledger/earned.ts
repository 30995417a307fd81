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

/**
 * What an earner may be paid out: their balance less the shares of charges that are younger than `delayMs`, and never below
 * zero. What was taken back counts as old as the charge that it takes back.
 */
export async function earnedBy(
  db: DbOrTx,
  of: { accountId: string; now: number; delayMs: number },
): Promise<Earned> {
  const since = new Date(of.now - of.delayMs);
  const { rows } = await sql<Earned>`
    select b.account_id as "accountId", b.posted, greatest(0, b.posted - greatest(0, coalesce((
        select sum(p.amount) from ledger.account a join ledger.posting p on p.account_no = a.no
          join ledger.journal j on j.no = p.journal_no left join ledger.journal o on o.no = j.reverses_no
         where a.id = b.account_id and j.kind <> 'payout'
           and coalesce(o.occurred_at, j.occurred_at) > ${since}::timestamptz), 0)))::bigint as available
      from ledger.balance b where b.account_id = ${of.accountId}`.execute(db);
  return rows[0] ?? { accountId: of.accountId, posted: 0n, available: 0n };
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
): Promise<{ available: bigint; isAside: boolean }> {
  const [earner, aside] = await accountsOf(tx, personId);
  const { available } = await earnedBy(tx, { accountId: earner, now: asked.now, delayMs: asked.delayMs });
  if (available < asked.coins) return { available, isAside: false };
  await writeEntry(tx, { kind: 'payout', ...said(asked) }, [
    [earner, -asked.coins],
    [aside, asked.coins],
  ]);
  return { available: available - asked.coins, isAside: true };
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
