import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccess, type Access } from '../access/index.ts';
import { DEMO_PEOPLE, makeDemoPeople } from './demo.ts';
import { loadConfig, silentLog, type Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';

// One store will do: the tables are access' own, and every password takes a tenth of a second to hash.
for (const kind of (await openTestDatabases()).slice(0, 1)) {
  describe(`demo people on ${kind.name}`, async () => {
    const database: Database = await kind.open();
    const config = loadConfig({ LATIDO_AUTH_SECRET: 'x'.repeat(40) });
    const access: Access = createAccess({ database, config, log: silentLog });
    let dataDir: string;
    let given: Map<string, bigint>;

    beforeEach(async () => {
      dataDir = mkdtempSync(join(tmpdir(), 'latido-demo-'));
      given = new Map();
      await sql`truncate access.person, access."user" cascade`.execute(database.db);
    });
    afterEach(() => rmSync(dataDir, { recursive: true, force: true }));
    afterAll(() => database.close());

    const start = (of: { demoPassword?: string; development?: boolean; folder?: string } = {}) =>
      makeDemoPeople({
        access,
        db: database.db,
        config: {
          development: of.development ?? true,
          dataDir: of.folder ?? dataDir,
          ...(of.demoPassword ? { demoPassword: of.demoPassword } : {}),
        },
        async giveCoins({ email }, coins) {
          given.set(email ?? '', coins);
        },
      });
    /** The first one and the last one; the others are made between them. */
    const everybodySignsInWith = async (password: string) => {
      const emails = ['alice@demo.test', 'admin@demo.test'];
      const answers = emails.map((email) => access.hasPassword(email, password));
      return (await Promise.all(answers)).every(Boolean);
    };
    const people = async () =>
      (
        await sql<{ email: string }>`select email from access.person order by email`.execute(database.db)
      ).rows.map(({ email }) => email);

    it('[START-20] are made on the first start with a password that is printed, and printed again', async () => {
      const password = await start();
      expect(password).toMatch(/^\w{12}$/);
      expect(await people()).toEqual(DEMO_PEOPLE.map(({ email }) => email).toSorted());
      expect(await everybodySignsInWith(password!)).toBe(true);
      expect([...given]).toEqual([['alice@demo.test', 100n]]);
      expect(await start()).toBe(password);
    });

    it('[START-21] are made in development only, and only where there is nobody', async () => {
      expect(await start({ development: false })).toBeUndefined();
      await access.createAccount({
        name: 'A',
        email: 'a@x.test',
        password: 'long enough',
        roles: ['client'],
      });
      expect(await start({ demoPassword: 'long enough' })).toBeUndefined();
      expect(await people()).toEqual(['a@x.test']);
    });

    it('[START-22] a password that is set is theirs, also when they were made with another one', async () => {
      await start({ demoPassword: 'the first one' });
      expect(await start({ demoPassword: 'the second one' })).toBe('the second one');
      expect(await everybodySignsInWith('the second one')).toBe(true);
      expect(await start()).toBe('the second one');
    });

    it('[START-23] a password that was changed by its owner is not printed, and not changed back', async () => {
      await start();
      // Nor does another node print it, whose folder does not know it.
      expect(await start({ folder: join(dataDir, 'other') })).toBeUndefined();
      await access.setPassword('alice@demo.test', 'her own password');
      expect(await start()).toBeUndefined();
      expect(await access.hasPassword('alice@demo.test', 'her own password')).toBe(true);
    });

    it('[START-24] what a start that was killed left half made is made whole, its coins too', async () => {
      await start();
      await sql`delete from access.person_role where person_id in
        (select id from access.person where email <> 'alice@demo.test')`.execute(database.db);
      await sql`delete from access.person where email <> 'alice@demo.test'`.execute(database.db);
      await sql`delete from access."user" where email <> 'alice@demo.test'`.execute(database.db);
      given.clear();
      const password = await start();
      expect(await everybodySignsInWith(password!)).toBe(true);
      expect([...given]).toEqual([['alice@demo.test', 100n]]);
    });
  });
}
