/** For tests only: what must never be in the tables, however people, pages and nodes behave. Each by a name, and asked of the tables alone. */
import { sql, type RawBuilder } from 'kysely';
import { spendableOf } from '../ledger/index.ts';
import type { DbOrTx } from '../platform/index.ts';

/** Statements that give a row for each case; asked once all that happened is folded, judged and paired. */
const NEVER: Readonly<Record<string, RawBuilder<unknown>>> = {
  'two calls of one person': sql`
    select p.person_id from calls.call c join calls.call_person p on p.call_id = c.id
     where c.status <> 'ended' group by p.person_id having count(*) > 1`,
  'somebody in two offers': sql`
    select person_id from matching.offer o, unnest(array[o.payer_id, o.earner_id]) as person_id
     where o.decided_at is null group by person_id having count(*) > 1`,
  'an offer without its two': sql`
    select o.id from matching.offer o where o.decided_at is null
       and (select count(*) from matching.engaged e
             where e.offer_id = o.id and e.person_id in (o.payer_id, o.earner_id)) <> 2`,
  'somebody kept by an offer that is over': sql`
    select e.person_id from matching.engaged e join matching.offer o on o.id = e.offer_id where o.decided_at is not null`,
  'an offer of a call that has ended': sql`
    select o.id from matching.offer o join calls.call c on c.id = o.call_id
     where o.decided_at is null and c.status = 'ended'`,
  'a call that goes on after its offer': sql`
    select c.id from matching.offer o join calls.call c on c.id = o.call_id
     where o.decided_at is not null and c.status <> 'ended'`,
  'an offer without its hold': sql`
    select o.id from matching.offer o where o.decided_at is null and o.accepted_at is null and not exists (
      select from metering.meter m join ledger.hold h on h.meter_id = m.id where m.call_id = o.call_id and h.amount > 0)`,
  'a hold without an offer or call': sql`
    select h.id from ledger.hold h join metering.meter m on m.id = h.meter_id join calls.call c on c.id = m.call_id
     where h.amount > 0 and c.status = 'ended'`,
  'a held sum that no hold has': sql`
    select b.account_id from ledger.balance b where b.held <> (
      select coalesce(sum(h.amount), 0) from ledger.hold h where h.account_id = b.account_id)`,
  'a blocked pair': sql`
    select o.id from matching.offer o join access.block b
      on (b.by_id, b.of_id) in ((o.payer_id, o.earner_id), (o.earner_id, o.payer_id))
     where o.created_at > b.created_at`,
  'a price above the limit': sql`
    select o.id from matching.offer o join matching.waiting w on w.person_id = o.payer_id
     where o.decided_at is null and w.side = 'payer' and o.price > w.max_price`,
  'a call that next ended twice': sql`
    select call_id from presence.fact_told where type = 'next' group by call_id having count(*) > 1`,
  'somebody is off for want of coins who can pay somebody on air since before': sql`
    select p.person_id, e.person_id as earner_id from matching.waiting p join matching.waiting e on e.side = 'earner' and e.off is null
     where p.off = 'no_coins' and e.since < p.off_at and p.person_id <> e.person_id and e.price <= coalesce(p.max_price, e.price)
       and (p.language is null or p.language = e.language) and ${spendableOf(sql`p.person_id`)} >= coalesce(e.first_hold, e.price)
       and not exists (select from access.block b
         where (b.by_id, b.of_id) in ((p.person_id, e.person_id), (e.person_id, p.person_id)))`,
  'an end by next that nobody pressed': sql`
    select o.id from matching.offer o where o.outcome = 'next'
       and not exists (select from matching.next n where n.call_id = o.call_id and n.by_id = o.decided_by)`,
};

/** Who is in line as pairing should see them, read without its code: free, heard within 10 s, not banned. */
const READY = sql`
  select w.*, extract(epoch from w.free_since) * 1000 as free_at from matching.waiting w
   where w.off is null and not exists (select from matching.engaged e where e.person_id = w.person_id)
     and not exists (select from calls.call c join calls.call_person p on p.call_id = c.id where p.person_id = w.person_id
       and c.status <> 'ended' and (c.status <> 'waiting' or c.created_by = w.person_id))
     and not exists (select from access.person b where b.id = w.person_id and b.banned_at is not null)`;

/**
 * Two who wait beside each other and fit: price, language, coins for the first unit, no block, and not last partners who still rest. A look finds everybody who
 * came before it; what this finds, a look has missed.
 */
function besideEachOther(now: number): RawBuilder<unknown> {
  const restsFrom = sql`${now - 15_000}::float8`;
  return sql`
    with ready as materialized (${READY} and w.beat_at > ${new Date(now - 10_000)}::timestamptz)
    select p.person_id, e.person_id as earner_id from ready p join ready e on p.side = 'payer' and e.side = 'earner'
     where p.person_id <> e.person_id and e.price <= coalesce(p.max_price, e.price)
       and ${spendableOf(sql`p.person_id`)} >= coalesce(e.first_hold, e.price) and (p.language is null or p.language = e.language)
       and not exists (select from access.block b
         where (b.by_id, b.of_id) in ((p.person_id, e.person_id), (e.person_id, p.person_id)))
       and not (p.last_partner_id is not distinct from e.person_id and (p.free_at > ${restsFrom}
         or (coalesce(e.last_partner_id, p.person_id) = p.person_id and e.free_at > ${restsFrom})))`;
}

/** All that is so and must never be, by its name with the rows that show it; nothing where all is well. */
export async function impossibilities(db: DbOrTx, now: number): Promise<string[]> {
  const found: string[] = [];
  const asked = { ...NEVER, 'somebody waits beside somebody who fits': besideEachOther(now) };
  for (const [name, query] of Object.entries(asked)) {
    const { rows } = await query.execute(db);
    if (rows.length > 0) found.push(`${name}: ${JSON.stringify(rows)}`);
  }
  return found;
}
