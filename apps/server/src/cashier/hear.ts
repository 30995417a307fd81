import { standingOf, type ProviderWord } from '@latido/core';
import { hintRecipients, notify } from '../inbox/index.ts';
import { CREDITED, giveBoughtAgain, grant, openAccount, takeBackBought } from '../ledger/index.ts';
import type { Clock, Db, Hints, Log, Tx } from '../platform/index.ts';
import type { Provider } from './ports.ts';
import { inTurn, lockNamed, wordsOf, writeTopUp, writeWord, type Named, type TopUpRow } from './store.ts';

export interface HearDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly hints: Pick<Hints, 'publish'>;
  readonly log: Log;
}

/** What a provider says of a payment. Whoever calls this has made sure that it is the provider who says it. */
export interface Heard extends Named {
  readonly provider: Provider['name'];
  /** The provider's name for this very word: it may come again. */
  readonly id: string;
  readonly word: ProviderWord;
}

/**
 * Writes down what a provider says, and makes what stands in the ledger what should stand after all that was said (CASH-2).
 * All in one transaction: an error leaves nothing, and the provider says it again.
 *
 * @returns the top-up as it is then; null where it is of a payment that is not known yet, which is kept
 */
export async function hear(deps: HearDeps, heard: Heard): Promise<TopUpRow | null> {
  const done = await deps.db.transaction().execute((tx) => hearIn(tx, deps, heard));
  if (done?.isChanged) {
    deps.hints.publish(CREDITED, done.walletId);
    hintRecipients(deps.hints, [done.topUp.personId]);
  }
  return done?.topUp ?? null;
}

async function hearIn(
  tx: Tx,
  { clock, log }: HearDeps,
  heard: Heard,
): Promise<{ topUp: TopUpRow; walletId: string; isChanged: boolean } | null> {
  const { provider, id, word, paymentRef = null } = heard;
  // What is said of a payment before it is known whose it is must not pass by who says whose it is.
  await inTurn(tx, `payment:${provider}:${paymentRef}`);
  const known = await lockNamed(tx, provider, heard);
  const at = new Date(clock.now());
  await writeWord(tx, { provider, id, topUpId: known?.id ?? null, paymentRef, word, at });
  if (!known) {
    log.warn(
      { provider, paymentRef, word: word.kind },
      'a provider speaks of a payment that is not known yet',
    );
    return null;
  }
  const topUp = { ...known, paymentRef: known.paymentRef ?? paymentRef };
  const walletId = await openAccount(tx, topUp.personId, 'wallet');
  const after = await bringAbout(tx, { topUp, walletId, at, words: await wordsOf(tx, topUp) });
  if (after.status === 'mismatch')
    log.error({ topUpId: topUp.id, provider }, 'a provider took another amount');
  await writeTopUp(tx, after);
  const isChanged = after.status !== known.status || after.takenBack !== known.takenBack;
  if (isChanged) await tell(tx, after, clock);
  return { topUp: after, walletId, isChanged };
}

/** Moves the coins that are missing to what should stand, in either direction. */
async function bringAbout(
  tx: Tx,
  of: { topUp: TopUpRow; walletId: string; at: Date; words: readonly ProviderWord[] },
): Promise<TopUpRow> {
  const { status, isCredited, takenBack } = standingOf(of.topUp, of.words);
  const came = isCredited && of.topUp.paidAt === null ? await creditIn(tx, of) : of.topUp;
  const more = takenBack - came.takenBack;
  if (more === 0n) return { ...came, status };
  const entries = came.entries + 1;
  const paidFor = paidForOf(came, takenBack) - paidForOf(came, came.takenBack);
  const [coins, paid] = more > 0n ? [more, paidFor] : [-more, -paidFor];
  const bought = {
    personId: came.personId,
    coins,
    paidFor: paid,
    idemKey: `topup:${came.id}:${entries}`,
    memo: status,
    lotIds: came.lotIds,
  };
  await (more > 0n ? takeBackBought(tx, bought) : giveBoughtAgain(tx, bought));
  return { ...came, status, takenBack, entries };
}

async function creditIn(
  tx: Tx,
  { topUp, walletId: accountId, at }: { topUp: TopUpRow; walletId: string; at: Date },
): Promise<TopUpRow> {
  const given = { accountId, actor: 'system', memo: topUp.packId };
  const bought = await grant(tx, {
    ...given,
    coins: topUp.coins,
    kind: 'purchased',
    idemKey: `topup:${topUp.id}`,
  });
  const lots = [bought.lotId];
  if (topUp.bonus > 0n) {
    const bonus = {
      ...given,
      coins: topUp.bonus,
      kind: 'bonus',
      idemKey: `topup:${topUp.id}:bonus`,
    } as const;
    lots.push((await grant(tx, bonus)).lotId);
  }
  return { ...topUp, paidAt: at, lotIds: lots.filter((id) => id !== null) };
}

/** How many of the coins that were taken back had been paid for. */
function paidForOf({ coins, bonus }: TopUpRow, takenBack: bigint): bigint {
  return (takenBack * coins) / (coins + bonus);
}

async function tell(
  tx: Tx,
  { id, personId, status, coins, bonus, takenBack, entries }: TopUpRow,
  clock: Pick<Clock, 'now'>,
): Promise<void> {
  await notify(
    tx,
    {
      recipientId: personId,
      dedupKey: `topup:${id}:${status}:${entries}`,
      type: 'topup.changed',
      payload: { topUpId: id, status, coins: Number(coins + bonus - takenBack) },
    },
    clock,
  );
}
