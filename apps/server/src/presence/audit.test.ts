import { FOLD_EDITION } from '@latido/core';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { auditIntervals } from './audit.ts';
import { forgetIntervals } from './forget.ts';
import { presenceHouse, T0, where } from './presence.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`facts and intervals compared, on ${store.name}`, () => {
    const house = presenceHouse(store);
    const { connect, line, pass, joinedByWebhook } = house;

    const found = async (): Promise<string[]> => {
      const differences: string[] = [];
      for await (const { what, id } of auditIntervals(house.db)) differences.push(`${what} ${id}`);
      return differences.toSorted();
    };
    /** Somebody by a plain client and somebody with a page of ours, who leaves and comes back. */
    const live = async (): Promise<void> => {
      await joinedByWebhook('PA_p', 'plain');
      await joinedByWebhook('PA_a', 'person_a');
      const alice = await connect('person_a');
      await alice.say({ type: 'connected', ...where('PA_a') });
      await pass(5_000);
      await alice.say({ type: 'bye', ...where('PA_a') });
      await joinedByWebhook('PA_a2', 'person_a');
      await pass(5_000);
      await line();
    };

    test('[PRES-R41] agree after whatever happened, also while more is told', async () => {
      await live();
      expect(await found()).toEqual([]);
    });

    const at = new Date(T0 + 1_000).toISOString();
    test.each<[string, string, string[]]>([
      [
        'a leaving',
        `update presence.interval set left_at = '${at}' where participant_sid = 'PA_a'`,
        ['interval.leftAt PA_a'],
      ],
      [
        'a stay that was closed',
        `update presence.interval set left_at = '${at}', state = 'left' where participant_sid = 'PA_p'`,
        ['interval.leftAt PA_p', 'interval.state PA_p'],
      ],
      [
        'somebody else',
        `update presence.interval set person_id = 'person_z' where participant_sid = 'PA_a2'`,
        ['interval.personId PA_a2'],
      ],
      [
        'another identity',
        `update presence.interval set identity = 'person_z' where participant_sid = 'PA_p'`,
        ['interval.identity PA_p'],
      ],
      [
        'unpaid time',
        `update presence.interval set unpaid = '[[1, 2]]' where participant_sid = 'PA_a'`,
        ['interval.unpaid PA_a'],
      ],
      [
        'a stay that was thrown away',
        `delete from presence.interval where participant_sid = 'PA_a2'`,
        ['interval.missing PA_a2'],
      ],
      [
        'a stay of which nothing was told',
        `insert into presence.interval select (jsonb_populate_record(i, '{"participant_sid": "PA_new"}')).* from presence.interval i where participant_sid = 'PA_p'`,
        ['interval.facts PA_new'],
      ],
      [
        'a fact that cannot be read',
        `update presence.fact set payload = null, packed = '\\x01ff' where place_no in (select no from presence.place where participant_sid = 'PA_p')`,
        ['interval.facts PA_p'],
      ],
    ])('[PRES-R41] names %s', async (_what, change, wanted) => {
      await live();
      await sql.raw(change).execute(house.db);
      expect(await found()).toEqual(wanted);
    });

    test('[PRES-R55] what an earlier edition of the fold read otherwise is said as that, until a rebuild, and no clean audit is got by it', async () => {
      await live();
      await sql`update presence.folded set edition = 0`.execute(house.db);
      expect(await found()).toEqual([]);
      await sql`update presence.interval set left_at = ${at}::timestamptz where participant_sid in ('PA_a', 'PA_a2')`.execute(
        house.db,
      );
      expect(await found()).toEqual(['interval.edition 2 stays']);
      await sql`delete from presence.fact where place_no in (select no from presence.place where participant_sid = 'PA_p')`.execute(
        house.db,
      );
      expect(await found()).toEqual(['interval.edition 2 stays', 'interval.facts PA_p']);
      await house.db.transaction().execute(forgetIntervals);
      const { rows } = await sql<{ edition: number }>`select edition from presence.folded`.execute(house.db);
      expect(rows).toEqual([{ edition: FOLD_EDITION }]);
    });

    test('[PRES-R41] of what was forgotten nothing is asked, and what waits to be folded is no difference', async () => {
      await live();
      await sql`delete from presence.fact where place_no in (select no from presence.place where participant_sid = 'PA_a')`.execute(
        house.db,
      );
      expect(await found()).toContain('interval.facts PA_a');
      await sql`insert into presence.facts_kept (from_at) values (${new Date(T0 + 60_000)})`.execute(
        house.db,
      );
      expect(await found()).toEqual([]);
      await sql`update presence.interval set left_at = ${at}::timestamptz where participant_sid = 'PA_a2'`.execute(
        house.db,
      );
      await sql`insert into platform.stuck (stage, key, seq, error) values ('presence', 'PA_a2', 1, 'for this test')`.execute(
        house.db,
      );
      expect(await found()).toEqual([]);
      await sql`delete from platform.stuck`.execute(house.db);
      await sql`delete from presence.facts_kept`.execute(house.db);
    });
  });
}
