import type { ProviderWord, TopUpStatus } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** A top-up as it is stored. */
export interface TopUpRow {
  readonly id: string;
  readonly personId: string;
  readonly packId: string;
  readonly coins: bigint;
  readonly bonus: bigint;
  readonly amount: bigint;
  readonly currency: string;
  readonly provider: string;
  readonly providerRef: string | null;
  readonly paymentRef: string | null;
  readonly url: string | null;
  readonly status: TopUpStatus;
  readonly takenBack: bigint;
  readonly entries: number;
  readonly lotIds: readonly string[];
  readonly createdAt: Date;
  readonly paidAt: Date | null;
}

const topUp = sql`id, person_id as "personId", pack_id as "packId", coins, bonus, amount, currency, provider,
  provider_ref as "providerRef", payment_ref as "paymentRef", url, status, taken_back as "takenBack", entries,
  lot_ids as "lotIds", created_at as "createdAt", paid_at as "paidAt"`;

/** One top-up; null where there is none. */
export async function topUpById(db: DbOrTx, id: string): Promise<TopUpRow | null> {
  const { rows } = await sql<TopUpRow>`select ${topUp} from cashier.topup where id = ${id}`.execute(db);
  return rows[0] ?? null;
}

/** The one that a person's key made. */
export async function topUpByKey(db: DbOrTx, personId: string, key: string): Promise<TopUpRow | null> {
  const { rows } = await sql<TopUpRow>`
    select ${topUp} from cashier.topup where person_id = ${personId} and idem_key = ${key}`.execute(db);
  return rows[0] ?? null;
}

/** A person's, the latest first. */
export async function topUpsOf(
  db: DbOrTx,
  of: { personId: string; before: string | undefined; limit: number },
): Promise<TopUpRow[]> {
  const { rows } = await sql<TopUpRow>`
    select ${topUp} from cashier.topup
     where person_id = ${of.personId} and (${of.before ?? null}::text is null or id < ${of.before ?? null}::text)
     order by id desc limit ${of.limit}`.execute(db);
  return rows;
}

/** Whose payment a provider speaks of, by whichever name it uses. */
export interface Named {
  readonly topUpId?: string | undefined;
  readonly ref?: string | undefined;
  readonly paymentRef?: string | undefined;
}

/**
 * Finds and locks it; null where nobody knows it (yet). A page that names a top-up and is not the one that was opened for it is
 * another's: whoever pays by a link of Stripe's own writes such a name themselves.
 */
export async function lockNamed(tx: Tx, provider: string, by: Named): Promise<TopUpRow | null> {
  const { rows } = await sql<TopUpRow>`
    select ${topUp} from cashier.topup
     where provider = ${provider} and ((id = ${by.topUpId ?? null}::text and (provider_ref = ${by.ref ?? null}::text or provider_ref is null or ${by.ref ?? null}::text is null))
       or provider_ref = ${by.ref ?? null}::text
       or payment_ref = ${by.paymentRef ?? null}::text)
     order by id limit 1 for update`.execute(tx);
  return rows[0] ?? null;
}

/** A pack as it is offered. */
export interface PackRow {
  readonly id: string;
  readonly name: string;
  readonly coins: bigint;
  readonly bonus: bigint;
  readonly amount: bigint;
  readonly currency: string;
}

/** What is offered, in its order. */
export async function packs(db: DbOrTx): Promise<PackRow[]> {
  const { rows } = await sql<PackRow>`
    select id, name, coins, bonus, amount, currency from cashier.pack order by place, id`.execute(db);
  return rows;
}

/** Offers these from now on, and no others. */
export async function writePacks(tx: Tx, offered: readonly PackRow[]): Promise<void> {
  await sql`delete from cashier.pack`.execute(tx);
  for (const [place, { id, name, coins, bonus, amount, currency }] of offered.entries())
    await sql`insert into cashier.pack (id, place, name, coins, bonus, amount, currency)
      values (${id}, ${place}, ${name}, ${coins}, ${bonus}, ${amount}, ${currency})`.execute(tx);
}

interface StoredWord {
  readonly kind: ProviderWord['kind'];
  readonly amount?: string;
  readonly total?: string;
  readonly currency?: string;
  readonly dispute?: string;
  readonly event?: string;
  readonly refund?: string;
}

/** Writes down what a provider said; false when it was said before. */
export async function writeWord(
  tx: Tx,
  said: {
    provider: string;
    id: string;
    topUpId: string | null;
    paymentRef: string | null;
    word: ProviderWord;
    at: Date;
  },
): Promise<boolean> {
  const word = JSON.stringify(said.word, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  const { rows } = await sql<{ id: string }>`
    insert into cashier.word (provider, id, topup_id, payment_ref, word, received_at)
    values (${said.provider}, ${said.id}, ${said.topUpId}, ${said.paymentRef}, ${word}::jsonb, ${said.at})
    on conflict do nothing returning id`.execute(tx);
  return rows.length > 0;
}

/** All that was said of a top-up; what was said of its payment before anybody knew whose it was is its from now on. */
export async function wordsOf(
  tx: Tx,
  of: Pick<TopUpRow, 'id' | 'provider' | 'paymentRef'>,
): Promise<ProviderWord[]> {
  await sql`update cashier.word set topup_id = ${of.id}
    where provider = ${of.provider} and payment_ref = ${of.paymentRef}::text and topup_id is null`.execute(
    tx,
  );
  const { rows } = await sql<{ word: StoredWord }>`
    select word from cashier.word where topup_id = ${of.id} order by received_at, id`.execute(tx);
  return rows.map(({ word }) => read(word));
}

function read(stored: StoredWord): ProviderWord {
  const { kind, amount = '0', total = '0', currency = '', dispute, event, refund = '' } = stored;
  if (kind === 'paid') return { kind, amount: BigInt(amount), currency };
  if (kind === 'refunded')
    return { kind, total: BigInt(total), ...(event === undefined ? {} : { event, amount: BigInt(amount) }) };
  if (kind === 'refund_made' || kind === 'refund_failed') return { kind, refund, amount: BigInt(amount) };
  if (kind === 'failed' || kind === 'expired' || dispute === undefined) return { kind };
  return { kind, dispute };
}

/** Waits for whoever works at the same thing, on whatever node, until the commit. Taken before every other lock. */
export async function inTurn(tx: Tx, thing: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${thing}, 0))`.execute(tx);
}

/** How many top-ups a person has opened since then and not paid. */
export async function countOpen(tx: Tx, personId: string, since: Date): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    select count(*)::int as open from cashier.topup
     where person_id = ${personId} and status = 'pending' and created_at > ${since}`.execute(tx);
  return rows[0]?.open ?? 0;
}

/** Writes a new one, unless the same key just did. */
export async function insertTopUp(
  tx: Tx,
  of: {
    id: string;
    personId: string;
    pack: PackRow;
    provider: string;
    key: string | undefined;
    at: Date;
  },
): Promise<void> {
  const { id, coins, bonus, amount, currency } = of.pack;
  await sql`insert into cashier.topup (id, person_id, pack_id, coins, bonus, amount, currency, provider, idem_key, created_at)
    values (${of.id}, ${of.personId}, ${id}, ${coins}, ${bonus}, ${amount}, ${currency}, ${of.provider}, ${of.key ?? null},
      ${of.at}) on conflict do nothing`.execute(tx);
}

/** Its payment is open at the provider. */
export async function writeOpened(db: DbOrTx, of: { id: string; ref: string; url?: string }): Promise<void> {
  await sql`update cashier.topup set provider_ref = ${of.ref}, url = ${of.url ?? null}
    where id = ${of.id} and provider_ref is null`.execute(db);
}

/** What is known of it now. */
export async function writeTopUp(tx: Tx, after: TopUpRow): Promise<void> {
  await sql`update cashier.topup set status = ${after.status}, payment_ref = ${after.paymentRef}, paid_at = ${after.paidAt},
      taken_back = ${after.takenBack}, entries = ${after.entries}, lot_ids = ${[...after.lotIds]}::text[]
    where id = ${after.id}`.execute(tx);
}
