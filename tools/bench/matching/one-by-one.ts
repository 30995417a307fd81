import { sql } from 'kysely';
import type { Database } from '../../../apps/server/src/platform/index.ts';

const CLIENTS = 8;

/**
 * What a join costs of a processor (ms, database included) where each is written down by itself, as is plain: a row in the line, for each two
 * of them a transaction with the rows of an offer and a call and the hold of a wallet, and now and then a row that goes. Nothing is read but
 * the wallet, nobody is chosen, and nobody is told.
 */
export async function oneByOneMs(
  database: Database,
  { joins, leaveOneIn, cpuMs }: { joins: number; leaveOneIn: number; cpuMs: () => number },
): Promise<number> {
  await database.script(`
    create schema bench;
    create table bench.waiting (person_id text primary key, side text, since timestamptz, beat_at timestamptz, max_price bigint, language text);
    create table bench.offer (id text primary key, payer_id text, earner_id text, call_id text, price bigint, deadline_at timestamptz);
    create table bench.call (id text primary key, room_name text, status text, created_at timestamptz);
    create table bench.call_person (call_id text, person_id text, role text, primary key (call_id, person_id));
    create table bench.meter (id text primary key, call_id text, payer_id text, earner_id text, plan_id text);
    create table bench.engaged (person_id text primary key, offer_id text);
    create table bench.balance (person_id text primary key, posted bigint, held bigint);
    insert into bench.balance select 'p' || n, 10000, 0 from generate_series(0, ${joins}) n;`);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let n = next++; n < joins; n = next++) {
      await come(database, n);
      if (n % 2 === 1) await meet(database, n);
      if (n % leaveOneIn === 0)
        await sql`delete from bench.waiting where person_id = ${`p${n}`}`.execute(database.db);
    }
  };
  const before = cpuMs();
  await Promise.all(Array.from({ length: CLIENTS }, work));
  return (cpuMs() - before) / joins;
}

async function come({ db }: Database, n: number): Promise<void> {
  const side = n % 2 === 0 ? 'payer' : 'earner';
  await sql`insert into bench.waiting (person_id, side, since, beat_at, max_price, language)
    values (${`p${n}`}, ${side}, now(), now(), 10, 'es')
    on conflict (person_id) do update set since = excluded.since, beat_at = excluded.beat_at`.execute(db);
}

async function meet({ db }: Database, n: number): Promise<void> {
  const [payer, earner, offer, call] = [`p${n - 1}`, `p${n}`, `o${n}`, `c${n}`];
  await db.transaction().execute(async (tx) => {
    await sql`select person_id from bench.waiting where person_id in (${payer}, ${earner}) order by person_id for update`.execute(
      tx,
    );
    await sql`update bench.balance set held = held + 10 where person_id = ${payer} and posted - held >= 10`.execute(
      tx,
    );
    await sql`insert into bench.call (id, room_name, status, created_at) values (${call}, ${call}, 'waiting', now())`.execute(
      tx,
    );
    await sql`insert into bench.call_person (call_id, person_id, role)
      values (${call}, ${payer}, 'payer'), (${call}, ${earner}, 'earner')`.execute(tx);
    await sql`insert into bench.meter (id, call_id, payer_id, earner_id, plan_id)
      values (${call}, ${call}, ${payer}, ${earner}, 'standard')`.execute(tx);
    await sql`insert into bench.offer (id, payer_id, earner_id, call_id, price, deadline_at)
      values (${offer}, ${payer}, ${earner}, ${call}, 10, now())`.execute(tx);
    await sql`insert into bench.engaged (person_id, offer_id) values (${payer}, ${offer}), (${earner}, ${offer})`.execute(
      tx,
    );
  });
}
