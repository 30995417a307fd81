import { sql, type RawBuilder } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { House } from '../house.testing.ts';
import type { Tx } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { appendFacts } from '../presence/index.ts';
import { impossibilities } from './impossible.testing.ts';
import { Line, type Guest } from './matching.testing.ts';

/** Who stands where as the faults are planted: Alice talks to Bob, Anna is offered Brad, Ada waits for nobody. */
type Cast = Readonly<Record<'alice' | 'bob' | 'anna' | 'brad' | 'ada', Guest>>;

/** What makes each impossible thing so. */
const PLANTED: Readonly<Record<string, (cast: Cast) => RawBuilder<unknown>>> = {
  'two calls of one person': ({ alice, anna }) =>
    sql`update calls.call_person set person_id = ${alice.personId} where person_id = ${anna.personId}`,
  'somebody in two offers': ({ alice, anna }) =>
    sql`update matching.offer set payer_id = ${alice.personId} where payer_id = ${anna.personId}`,
  'an offer without its two': ({ anna }) =>
    sql`delete from matching.engaged where person_id = ${anna.personId}`,
  'somebody kept by an offer that is over': ({ anna }) =>
    sql`update matching.offer set outcome = 'skipped', decided_at = now() where payer_id = ${anna.personId}`,
  'an offer of a call that has ended': ({ anna }) =>
    sql`update calls.call set status = 'ended', ended_at = now(), end_reason = 'hung_up', ended_by = 'system'
      where id = (select call_id from matching.offer where payer_id = ${anna.personId})`,
  'a call that goes on after its offer': ({ alice }) =>
    sql`update matching.offer set outcome = 'ended', decided_at = now() where payer_id = ${alice.personId}`,
  'an offer without its hold': ({ anna }) =>
    sql`delete from ledger.hold h using ledger.account a where a.id = h.account_id and a.owner_id = ${anna.personId}`,
  'a hold without an offer or call': ({ alice }) =>
    sql`update calls.call set status = 'ended', ended_at = now(), end_reason = 'hung_up', ended_by = 'system'
      where id = (select call_id from matching.offer where payer_id = ${alice.personId})`,
  'a held sum that no hold has': ({ alice }) =>
    sql`update ledger.balance b set held = held + 1 from ledger.account a
      where a.id = b.account_id and a.owner_id = ${alice.personId}`,
  'a blocked pair': ({ alice, bob }) =>
    sql`insert into access.block (by_id, of_id, created_at) values (${bob.personId}, ${alice.personId}, now() - interval '1 day')`,
  'a price above the limit': ({ anna }) =>
    sql`update matching.waiting set max_price = 9 where person_id = ${anna.personId}`,
  'somebody is off for want of coins who can pay somebody on air since before': ({ ada, brad }) =>
    sql`update matching.waiting set off = 'no_coins', missing = 1,
        off_at = (select since + interval '1 second' from matching.waiting where person_id = ${brad.personId})
      where person_id = ${ada.personId}`,
  'an end by next that nobody pressed': ({ alice }) =>
    sql`update matching.offer set outcome = 'next', decided_at = now(), decided_by = ${alice.personId}
      where payer_id = ${alice.personId}`,
  'somebody waits beside somebody who fits': ({ brad }) =>
    sql`insert into matching.waiting (person_id, side, since, free_since, beat_at, price, language)
      select 'person_unseen', side, since, free_since, beat_at, price, language from matching.waiting
       where person_id = ${brad.personId}`,
};

/** Nothing that is planted stays. */
class Weeded extends Error {}

for (const kind of await openTestDatabases()) {
  describe(`planted faults on ${kind.name}`, () => {
    let house: House;
    let cast: Cast;

    beforeAll(async () => {
      house = await new House(kind).open();
      const line = new Line(house);
      const [alice, anna, ada] = [
        await house.invite('alice', 'client'),
        await house.invite('anna', 'client'),
        await house.invite('ada', 'client'),
      ];
      const [bob, brad] = [await house.invite('bob', 'model'), await house.invite('brad', 'model')];
      await line.talking(alice, bob);
      await line.offered(anna, brad);
      await line.look(ada);
      await line.settled();
      cast = { alice, bob, anna, brad, ada };
    });
    afterAll(() => house.close());

    const foundAfter = async (plant: (tx: Tx) => Promise<unknown>): Promise<string[]> => {
      let found: string[] = [];
      const planted = house.server.database.db.transaction().execute(async (tx) => {
        await plant(tx);
        found = await impossibilities(tx, house.clock.now());
        throw new Weeded();
      });
      await expect(planted).rejects.toThrow(Weeded);
      return found.map((each) => each.split(':')[0] ?? '');
    };

    it('[MATCH-25] where nothing is planted, nothing is found', async () => {
      expect(await foundAfter(async () => undefined)).toEqual([]);
    });

    it.each(Object.keys(PLANTED))('[MATCH-25] is found: %s', async (name) => {
      expect(await foundAfter((tx) => PLANTED[name]!(cast).execute(tx))).toContain(name);
    });

    it('[MATCH-25] is found: a call that next ended twice', async () => {
      const now = house.clock.now();
      const { callId, roomName } = (await house.get('/api/v1/calls', cast.alice)).items[0];
      const next = (sourceEventId: string) => ({
        source: 'api' as const,
        sourceEventId,
        type: 'next',
        payload: {},
        roomName,
        roomSid: null,
        participantSid: null,
        identity: null,
        callId,
        occurredAt: now,
        receivedAt: now,
      });
      const found = await foundAfter((tx) => appendFacts(tx, [next('one'), next('two')]));
      expect(found).toContain('a call that next ended twice');
    });
  });
}
