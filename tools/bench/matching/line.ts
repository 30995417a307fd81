import type { Actor } from '../../../apps/server/src/matching/ports.ts';
import type { Database } from '../../../apps/server/src/platform/index.ts';

/** Coins of each of the crowd. */
const COINS = 1_000;

/** People who come in turn, a payer and an earner; they speak Spanish, as nobody else here does. */
export function crowdOf(count: number): Actor[] {
  return Array.from({ length: count }, (_, n) => ({
    personId: `person_crowd${n}`,
    name: `Person ${n}`,
    roles: [n % 2 === 0 ? 'client' : 'model'],
    locale: 'es',
    via: 'bearer',
  }));
}

/**
 * The crowd's accounts, and a line that fits nobody: payers who want to pay less than anybody asks, and earners whose language none of the
 * crowd speaks. Their pages are heard all the time.
 */
export async function makeLine(
  database: Database,
  { waiting, joins }: { waiting: number; joins: number },
): Promise<void> {
  const fresh = `now(), now(), now() + interval '1 day'`;
  await database.script(`
    insert into access.person (id, name, locale)
      select 'person_crowd' || n, 'Person ' || n, 'es' from generate_series(0, ${joins - 1}) n
      union all select 'person_payer' || n, 'Payer ' || n, 'en' from generate_series(1, ${waiting}) n
      union all select 'person_earner' || n, 'Earner ' || n, 'en' from generate_series(1, ${waiting}) n;
    insert into access.person_role (person_id, role)
      select 'person_crowd' || n, case when n % 2 = 0 then 'client' else 'model' end from generate_series(0, ${joins - 1}) n
      union all select 'person_payer' || n, 'client' from generate_series(1, ${waiting}) n
      union all select 'person_earner' || n, 'model' from generate_series(1, ${waiting}) n;
    insert into ledger.account (id, kind, owner_id)
      select 'account_crowd' || n, 'wallet', 'person_crowd' || n from generate_series(0, ${joins - 1}, 2) n;
    insert into ledger.balance (account_id, posted)
      select 'account_crowd' || n, ${COINS} from generate_series(0, ${joins - 1}, 2) n;
    insert into ledger.credit_lot (id, account_id, kind, amount)
      select 'lot_crowd' || n, 'account_crowd' || n, 'gift', ${COINS} from generate_series(0, ${joins - 1}, 2) n;
    insert into matching.waiting (person_id, side, since, free_since, beat_at, max_price)
      select 'person_payer' || n, 'payer', ${fresh}, 1 from generate_series(1, ${waiting}) n;
    insert into matching.waiting (person_id, side, since, free_since, beat_at, language, plan_id, price, first_hold)
      select 'person_earner' || n, 'earner', ${fresh}, 'en', 'standard', 10, 10 from generate_series(1, ${waiting}) n;
    analyze;
  `);
}
