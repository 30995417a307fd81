import type { Database } from '../../../apps/server/src/platform/index.ts';

/** How much: calls with a meter each, and minutes of each that were charged. */
interface Amount {
  readonly meters: number;
  readonly units: number;
}

/** Ids as long as ours. */
const idOf = (kind: string, n: string): string => `'${kind}_' || lpad((${n})::text, 26, '0')`;

/** Writes ended calls of as many minutes at ten coins, seven of them the earner's, each unit charged as charge_due does. */
export async function makeSettledCalls(database: Database, { meters, units }: Amount): Promise<void> {
  const [meter, call] = [idOf('meter', 'n'), idOf('call', 'n')];
  const [payer, earner] = [idOf('person', '2 * n'), idOf('person', '2 * n + 1')];
  const [wallet, income] = [idOf('account', '2 * n'), idOf('account', '2 * n + 1')];
  const [began, ended] = [
    `timestamptz '2026-01-05'`,
    `timestamptz '2026-01-05' + ${units} * interval '1 minute'`,
  ];
  const coins = units * 10;
  await database.script(`
    insert into ledger.account (id, kind, owner_id)
      select ${wallet}, 'wallet', ${payer} from generate_series(1, ${meters}) n
      union all select ${income}, 'earner', ${earner} from generate_series(1, ${meters}) n;
    insert into ledger.balance (account_id, posted)
      select ${wallet}, 0 from generate_series(1, ${meters}) n
      union all select ${income}, ${units * 7} from generate_series(1, ${meters}) n;
    insert into ledger.meter (id) select ${meter} from generate_series(1, ${meters}) n;
    insert into ledger.journal (id, kind, occurred_at)
      select ${idOf('journal', 'n')}, 'grant', ${began} from generate_series(1, ${meters}) n;
    insert into ledger.posting (journal_no, account_no, amount)
      select j.no, a.no, v.amount from generate_series(1, ${meters}) n,
          lateral (values (${wallet}, ${coins}), ('account_cash', -${coins})) v (account, amount),
          ledger.account a, ledger.journal j
        where a.id = v.account and j.id = ${idOf('journal', 'n')};
    insert into ledger.credit_lot (id, account_id, kind, amount, used)
      select ${idOf('lot', 'n')}, ${wallet}, 'gift', ${coins}, ${coins} from generate_series(1, ${meters}) n;
    insert into calls.call (id, room_name, livekit_room, status, created_at, started_at, ended_at, end_reason)
      select ${call}, ${idOf('room', 'n')}, ${idOf('room', 'n')}, 'ended', ${began}, ${began}, ${ended}, 'hung_up'
        from generate_series(1, ${meters}) n;
    insert into presence.interval (participant_sid, room_sid, room_name, identity, person_id, call_id, joined_at, left_at,
        last_proof_at, state, evidence)
      select 'PA_' || person, ${idOf('RM', 'n')}, ${idOf('room', 'n')}, person, person, ${call}, ${began}, ${ended}, ${ended}, 'left',
          '{"joins": {"webhook": {}}}'::jsonb
        from generate_series(1, ${meters}) n, lateral (values (${payer}), (${earner})) v (person);
    insert into metering.meter (id, call_id, payer_id, earner_id, wallet_account_id, earner_account_id, plan_id,
        plan_version, billable_ms, proven_until, closing_at, settled_at)
      select ${meter}, ${call}, ${payer}, ${earner}, ${wallet}, ${income}, 'standard', 1, ${units * 60_000}, ${ended}, ${ended}, ${ended}
        from generate_series(1, ${meters}) n;
    create temp table made as
      select n, m.no as meter_no, w.no as wallet_no, i.no as income_no, p.no as platform_no, l.no as lot_no
        from generate_series(1, ${meters}) n, ledger.meter m, ledger.account w, ledger.account i, ledger.account p, ledger.credit_lot l
       where m.id = ${meter} and w.id = ${wallet} and i.id = ${income} and p.id = 'account_platform' and l.id = ${idOf('lot', 'n')};
    analyze made;
    insert into ledger.journal (kind, occurred_at, began_at, meter_no, unit_index)
      select 'charge', ${began} + u * interval '1 minute', ${began} + (u - 1) * interval '1 minute', meter_no, u
        from made, generate_series(1, ${units}) u order by u, n;
    analyze ledger.journal;
    insert into ledger.posting (journal_no, account_no, amount)
      select j.no, v.account_no, v.amount from ledger.journal j join made m on m.meter_no = j.meter_no,
        lateral (values (m.wallet_no, -10), (m.income_no, 7), (m.platform_no, 3)) v (account_no, amount) order by j.no;
    insert into ledger.lot_use (journal_no, lot_no, amount)
      select j.no, m.lot_no, 10 from ledger.journal j join made m on m.meter_no = j.meter_no order by j.no;
    drop table made;
  `);
}
