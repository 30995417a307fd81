import { sql } from 'kysely';
import type { Database, Db } from '../../../apps/server/src/platform/index.ts';

/** When the first of them began; the others within the minute after it, evenly. */
const BEGAN_AT = Date.parse('2026-03-01T10:00:00Z');
const MINUTE_MS = 60_000;
/** Coins in each wallet: nobody runs out. */
const COINS = 1_000_000;

/** The instant this many ms after the first call began. */
export const after = (ms: number): Date => new Date(BEGAN_AT + ms);
/** When so many minutes of every call are over. */
export const minutesOver = (minutes: number): Date => after((minutes + 1) * MINUTE_MS);
export const meterId = (n: number): string => `meter_live${String(n).padStart(22, '0')}`;

/**
 * Calls of two that go on, at ten coins a minute, with everything that charging reads and writes: wallets with a lot, the unit in
 * progress held, `minutes` of due rows laid. LiveKit says that both are there.
 */
export async function makeLiveCalls(
  database: Database,
  { meters, minutes }: { meters: number; minutes: number },
): Promise<void> {
  const id = (kind: string, n = 'n'): string => `'${kind}_live' || lpad((${n})::text, 22, '0')`;
  const began = `timestamptz '${after(0).toISOString()}' + (n - 1) * interval '1 minute' / ${meters}`;
  const each = `from generate_series(1, ${meters}) n`;
  const [payer, earner] = [id('person', '2 * n'), id('person', '2 * n + 1')];
  const [wallet, income] = [id('account', '2 * n'), id('account', '2 * n + 1')];
  await database.script(`
    insert into ledger.account (id, kind, owner_id)
      select ${wallet}, 'wallet', ${payer} ${each} union all select ${income}, 'earner', ${earner} ${each};
    insert into ledger.balance (account_id, posted, held)
      select ${wallet}, ${COINS}, 10 ${each} union all select ${income}, 0, 0 ${each};
    insert into ledger.credit_lot (id, account_id, kind, amount) select ${id('lot')}, ${wallet}, 'gift', ${COINS} ${each};
    insert into ledger.meter (id) select ${id('meter')} ${each};
    insert into ledger.hold (id, account_id, meter_id, amount)
      select 'hold_' || substr(${id('meter')}, 7), ${wallet}, ${id('meter')}, 10 ${each};
    insert into calls.call (id, room_name, livekit_room, status, created_at, started_at)
      select ${id('call')}, ${id('room')}, ${id('room')}, 'live', ${began}, ${began} ${each};
    insert into presence.interval (participant_sid, room_sid, room_name, identity, person_id, call_id, joined_at,
        last_proof_at, state, evidence)
      select 'PA_' || person, ${id('RM')}, ${id('room')}, person, person, ${id('call')}, ${began}, ${began}, 'present',
          '{"joins": {"webhook": {}}}'::jsonb
        ${each}, lateral (values (${payer}), (${earner})) v (person);
    insert into metering.meter (id, call_id, payer_id, earner_id, wallet_account_id, earner_account_id, plan_id,
        plan_version, proven_until, proven_by_now, resumes_at)
      select ${id('meter')}, ${id('call')}, ${payer}, ${earner}, ${wallet}, ${income}, 'standard', 1, ${began}, true, ${began} ${each};
    insert into metering.due (meter_id, unit_index, begins_at, due_at, coins, share)
      select ${id('meter')}, u, ${began} + (u - 1) * interval '1 minute', ${began} + u * interval '1 minute', 10, 7
        ${each}, generate_series(1, ${minutes}) u;
    analyze;
  `);
}

/**
 * What set-based charging is compared with: one charge, whole, in one round trip and transaction, with the same rows written; and the
 * platform's balance kept, too. Its plans are kept by the connection.
 */
export async function makeOneByOne(database: Database): Promise<void> {
  await database.script(`
    insert into ledger.balance (account_id, posted) values ('account_platform', 0) on conflict do nothing;
    create or replace function metering.bench_charge_one(p_meter text) returns void language plpgsql as $$
    declare
      m record;
      d record;
      v_no bigint;
    begin
      select x.id, n.no as meter_no, x.wallet_account_id as wallet, x.earner_account_id as earner, w.no as wallet_no,
             e.no as earner_no, p.no as platform_no into m
        from metering.meter x join ledger.meter n on n.id = x.id join ledger.account w on w.id = x.wallet_account_id
        join ledger.account e on e.id = x.earner_account_id join ledger.account p on p.id = 'account_platform'
       where x.id = p_meter for update of x;
      select * into d from metering.due where meter_id = p_meter order by unit_index limit 1;
      perform from ledger.balance where account_id in (m.wallet, m.earner, 'account_platform') order by account_id for update;
      insert into ledger.journal (meter_no, unit_index, kind, occurred_at, began_at)
        values (m.meter_no, d.unit_index, 'charge', d.due_at, d.begins_at) returning no into v_no;
      insert into ledger.posting (journal_no, account_no, amount)
        values (v_no, m.wallet_no, -d.coins), (v_no, m.earner_no, d.share), (v_no, m.platform_no, d.coins - d.share);
      insert into ledger.lot_use (journal_no, lot_no, amount)
        select v_no, l.no, d.coins from ledger.credit_lot l where l.account_id = m.wallet and l.used < l.amount
         order by l.priority, l.expires_at nulls last, l.id limit 1;
      update ledger.credit_lot l set used = l.used + d.coins from ledger.lot_use u where u.journal_no = v_no and l.no = u.lot_no;
      update ledger.balance set posted = posted - d.coins where account_id = m.wallet;
      update ledger.balance set posted = posted + d.share where account_id = m.earner;
      update ledger.balance set posted = posted + d.coins - d.share where account_id = 'account_platform';
      update metering.meter set revision = revision + 1 where id = p_meter;
      delete from metering.due where meter_id = p_meter and unit_index = d.unit_index;
    end $$;
  `);
}

export async function chargeOne(db: Db, n: number): Promise<void> {
  await sql`select metering.bench_charge_one(${meterId(n)})`.execute(db);
}

/** Meters with a unit that is due by now. */
export async function dueMeters(db: Db, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct meter_id as id from metering.due where due_at <= ${now}::timestamptz`.execute(db);
  return rows.map(({ id }) => id);
}
