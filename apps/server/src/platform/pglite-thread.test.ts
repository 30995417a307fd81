import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { silentLog } from './log.ts';
import { startMaintenance } from './maintenance.ts';
import { ManualClock } from './manual-clock.ts';
import { openPglite } from './pglite-open.ts';
import { PgliteThread } from './pglite-thread.ts';

describe('the embedded database in its thread', () => {
  const dir = join(mkdtempSync(join(tmpdir(), 'latido-pglite-')), 'database');
  let thread: PgliteThread;
  beforeAll(async () => {
    thread = new PgliteThread({ dir, log: silentLog });
    await thread.waitReady;
    await thread.exec('create table word (word text primary key)');
  });
  afterAll(() => thread.close());

  it('[PGLITE-1] every commit is synced to the disk before it is answered', async () => {
    for (let n = 0; n < 5; n++) {
      const before = await thread.syncs();
      await thread.query('insert into word values ($1)', [`w${n}`]);
      expect(await thread.syncs()).toBeGreaterThan(before);
    }
  });

  it('[PGLITE-2] a transaction excludes everybody else until it is over', async () => {
    const order: string[] = [];
    let go = (): void => undefined;
    let begun = (): void => undefined;
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    const inside = thread.transaction(async (tx) => {
      await tx.query('insert into word values ($1)', ['mine']);
      begun();
      await new Promise<void>((resolve) => (go = resolve));
      order.push('commit');
    });
    await isBegun;
    const outside = thread
      .query<{ word: string }>(`select word from word where word = 'mine'`)
      .then(({ rows }) => {
        order.push('read');
        return rows;
      });
    go();
    await inside;
    expect(await outside).toEqual([{ word: 'mine' }]);
    expect(order).toEqual(['commit', 'read']);
  });

  it('[PGLITE-3] what fails is rolled back, and Postgres’ own words about it arrive', async () => {
    const twice = thread.transaction(async (tx) => {
      await tx.query('insert into word values ($1)', ['twice']);
      await tx.query('insert into word values ($1)', ['twice']);
    });
    await expect(twice).rejects.toMatchObject({ code: '23505', constraint: 'word_pkey', table: 'word' });
    expect((await thread.query(`select from word where word = 'twice'`)).rows).toEqual([]);
  });

  it('[PGLITE-4] int8 is a bigint, an instant a Date, as on Postgres', async () => {
    const { rows } = await thread.query(
      `select 5::int8 as a, array[1, 2]::int8[] as b, '2026-01-05T10:00:00.123Z'::timestamptz as c, '{"x":1}'::jsonb as d`,
    );
    expect(rows).toEqual([{ a: 5n, b: [1n, 2n], c: new Date('2026-01-05T10:00:00.123Z'), d: { x: 1 } }]);
  });

  it('[PGLITE-6] a checkpoint follows five minutes in which something was written, not five idle ones', async () => {
    const clock = new ManualClock();
    const statements: string[] = [];
    let wal = 1_000n;
    const kept = {
      idle: true,
      quietSince: -Infinity,
      query: async <T>() => ({ rows: [{ wal: String(wal) }] as T[] }),
      exec: async (text: string) => void statements.push(text),
    };
    const upkeep = startMaintenance({ kept, log: silentLog, clock });
    await clock.advance(10 * 60_000);
    expect(statements).toEqual(['checkpoint']);
    wal += 65n * 1024n * 1024n;
    await clock.advance(15_000);
    expect(statements).toEqual(['checkpoint', 'checkpoint', 'vacuum analyze']);
    await upkeep.close();
  });

  it('[PGLITE-7] a statement that hangs ends the thread; a new one goes on with what was committed', async () => {
    await thread.close();
    thread = new PgliteThread({ dir, log: silentLog, hangsAfterMs: 3_000 });
    await thread.waitReady;
    const hanging = thread.query('select count(*) from generate_series(1, 100000000000)');
    const behind = thread.query<{ n: bigint }>(`select count(*) as n from word where word like 'w_'`);
    await expect(hanging).rejects.toMatchObject({ code: 'database.unavailable' });
    expect((await behind).rows).toEqual([{ n: 5n }]);
  });

  it('[PGLITE-10] a migration may take as long as it does: it counts as hanging no sooner than the hours it may need', async () => {
    await thread.close();
    thread = new PgliteThread({ dir, log: silentLog, hangsAfterMs: 100 });
    await thread.waitReady;
    const long = 'create table long as select max(n) from generate_series(1, 2000000) n';
    await expect(thread.exec(long)).rejects.toMatchObject({ code: 'database.unavailable' });
    await thread.script(long);
    await thread.close();
    thread = new PgliteThread({ dir, log: silentLog });
    expect((await thread.query<{ max: number }>('select max from long')).rows).toEqual([{ max: 2_000_000 }]);
  });

  it('[PGLITE-8] after the close, statements and transactions fail and do not hang', async () => {
    await thread.close();
    const database = await openPglite({ dir, log: silentLog });
    await sql`select 1`.execute(database.db);
    await database.close();
    await expect(sql`select 1`.execute(database.db)).rejects.toMatchObject({ code: 'database.unavailable' });
    const transaction = database.db.transaction().execute((tx) => sql`select 1`.execute(tx));
    await expect(transaction).rejects.toMatchObject({ code: 'database.unavailable' });
  });
});
