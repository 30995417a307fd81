import { COINS, counted } from '@latido/core';
import type { Clock, Db, Log, Tx } from '../platform/index.ts';
import { newId, keyWasUsed, problem } from '../platform/index.ts';
import type { Provider } from './ports.ts';
import type { PackRow, TopUpRow } from './store.ts';
import { countOpen, insertTopUp, packs, topUpById, topUpByKey, writeOpened } from './store.ts';

export interface TopUpDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Null where nobody takes money. */
  readonly provider: Provider | null;
}

/** Who buys what. */
export interface Purchase {
  readonly personId: string;
  readonly packId: string;
  /** The request's `Idempotency-Key`. */
  readonly key: string | undefined;
}

/** So many that nobody has paid may one person open in an hour: each is a page at the provider. */
const OPEN_MAX = 20;

/**
 * Makes a top-up of a pack and opens its payment at the provider. The same key gives the same one, also where the provider
 * could not be reached the first time.
 *
 * @throws pack.not_found, idempotency.mismatch, request.rate_limited, topup.unavailable
 */
export async function openTopUp(deps: TopUpDeps, purchase: Purchase): Promise<TopUpRow> {
  const { db, provider, log } = deps;
  if (provider === null)
    throw problem('topup.unavailable', 'This server takes no money: its admin has set no payment provider.');
  const row = await db
    .transaction()
    .execute((tx) => writeTopUp(tx, deps, { ...purchase, provider: provider.name }));
  if (row.providerRef !== null || row.status !== 'pending') return row;
  const name = counted(row.coins + row.bonus, COINS.en);
  const opened = await provider.open({ ...row, topUpId: row.id, name }).catch((error: unknown) => {
    log.error({ err: error, topUpId: row.id }, 'the payment provider did not open a payment');
    throw problem('topup.unavailable', 'The payment provider does not answer. Nothing was taken; try again.');
  });
  await writeOpened(db, { id: row.id, ...opened });
  return (await topUpById(db, row.id)) ?? row;
}

async function writeTopUp(
  tx: Tx,
  { clock }: TopUpDeps,
  { personId, packId, key, provider }: Purchase & { provider: string },
): Promise<TopUpRow> {
  const before = key === undefined ? null : await topUpByKey(tx, personId, key);
  if (before) return sameOrRefused(before, packId);
  const pack = await packNamed(tx, packId);
  const at = new Date(clock.now());
  await limitOpen(tx, personId, at);
  const id = newId('topup');
  await insertTopUp(tx, { id, personId, pack, provider, key, at });
  const written =
    (await topUpById(tx, id)) ?? (key === undefined ? null : await topUpByKey(tx, personId, key));
  if (!written) throw new Error('a top-up was not written');
  return sameOrRefused(written, packId);
}

function sameOrRefused(row: TopUpRow, packId: string): TopUpRow {
  if (row.packId === packId) return row;
  throw keyWasUsed('pack', 'top-up');
}

async function packNamed(tx: Tx, id: string): Promise<PackRow> {
  const offered = await packs(tx);
  const pack = offered.find((one) => one.id === id);
  if (pack) return pack;
  const ids = offered.map((one) => one.id).join(', ');
  throw problem('pack.not_found', `There is no pack ${id.slice(0, 40)}. Offered: ${ids || 'none'}.`);
}

async function limitOpen(tx: Tx, personId: string, at: Date): Promise<void> {
  const since = new Date(at.getTime() - 3_600_000);
  if ((await countOpen(tx, personId, since)) >= OPEN_MAX)
    throw problem(
      'request.rate_limited',
      `${OPEN_MAX} top-ups of this hour are unpaid. Pay one of them, or wait.`,
    );
}
