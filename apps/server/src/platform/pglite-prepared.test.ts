import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PARSERS } from './pglite-durable.ts';
import { PreparedStatements } from './pglite-prepared.ts';

describe('statements that come again and again', () => {
  let pglite: PGlite;
  let statements: PreparedStatements;
  beforeAll(async () => {
    pglite = await PGlite.create({ parsers: PARSERS });
    statements = new PreparedStatements(pglite);
    await statements.exec('create table word (word text primary key, n bigint, at timestamptz, of jsonb)');
  });
  afterAll(() => pglite.close());

  const prepared = async (): Promise<number> => {
    const { rows } = await pglite.query<{ n: number }>(
      'select count(*)::int as n from pg_prepared_statements',
    );
    return rows[0]?.n ?? 0;
  };

  it('[PGLITE-11] a text that comes again is parsed once, and gives what it gave', async () => {
    const insert = 'insert into word values ($1, $2, $3, $4)';
    const at = new Date('2026-11-01T10:00:00.250Z');
    for (const word of ['a', 'b', 'c', 'd', 'e'])
      expect((await statements.query(insert, [word, 7n, at, { word }])).affectedRows).toBe(1);
    await statements.query(insert, ['none', null, undefined, null]);
    const find = 'select * from word where word = any($1::text[]) order by word';
    const asked = [['e', 'none', 'nobody']];
    const plain = await pglite.query(find, asked, { rowMode: 'object' });
    for (let n = 0; n < 5; n += 1) expect(await statements.query(find, asked)).toEqual(plain);
    expect(plain.rows).toEqual([
      { word: 'e', n: 7n, at, of: { word: 'e' } },
      { word: 'none', n: null, at: null, of: null },
    ]);
    expect((await statements.query(find, [[]])).rows).toEqual([]);
    expect(await prepared()).toBe(2);
  });

  it('[PGLITE-11] what one does not take fails by Postgres’ own words, and only that', async () => {
    const insert = 'insert into word (word) values ($1)';
    for (const word of ['v', 'w', 'x', 'y']) await statements.query(insert, [word]);
    await expect(statements.query(insert, ['x'])).rejects.toMatchObject({
      code: '23505',
      constraint: 'word_pkey',
    });
    const divide = 'select 1 / $1::int as n';
    for (let n = 0; n < 4; n += 1) expect((await statements.query(divide, [1])).rows).toEqual([{ n: 1 }]);
    await statements.exec('begin');
    await expect(statements.query(divide, [0])).rejects.toMatchObject({ code: '22012' });
    await expect(statements.query(divide, [1])).rejects.toMatchObject({ code: '25P02' });
    await statements.exec('rollback');
    await expect(statements.query(divide, ['one'])).rejects.toMatchObject({ code: '22P02' });
    expect((await statements.query(divide, [1])).rows).toEqual([{ n: 1 }]);
  });

  it('[PGLITE-11] a savepoint is gone back to, and what is prepared goes on', async () => {
    const all = 'select count(*)::int as n from word';
    for (let n = 0; n < 4; n += 1) await statements.query(all, []);
    await statements.exec('begin');
    for (let n = 0; n < 5; n += 1) {
      await statements.query('savepoint here', []);
      await expect(statements.query('select 1 / $1::int as n', [0])).rejects.toMatchObject({ code: '22012' });
      await statements.query('rollback to savepoint here', []);
      await statements.query(all, []);
    }
    await statements.exec('commit');
    expect((await statements.query(all, [])).rows).toEqual((await pglite.query(all)).rows);
  });

  it('[PGLITE-11] a table that was changed gives its new columns at once', async () => {
    const all = `select * from word where word = 'a'`;
    for (let n = 0; n < 4; n += 1) await statements.query(all, []);
    await statements.exec('alter table word add column is_new boolean not null default true');
    expect((await statements.query(all, [])).rows).toMatchObject([{ word: 'a', is_new: true }]);
    await statements.query('alter table word drop column is_new', []);
    expect((await statements.query(all, [])).rows[0]).not.toHaveProperty('is_new');
  });

  it('[PGLITE-11] those that came least lately go', async () => {
    for (let n = 0; n < 320; n += 1)
      for (let times = 0; times < 3; times += 1) await statements.query(`select ${n} as n`, []);
    expect(await prepared()).toBeLessThanOrEqual(300);
    for (let n = 0; n < 320; n += 1)
      expect((await statements.query(`select ${n} as n`, [])).rows).toEqual([{ n }]);
  });
});
