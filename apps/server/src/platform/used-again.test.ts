import { PGlite } from '@electric-sql/pglite';
import { describe, expect, it } from 'vitest';
import { UsedAgain } from './used-again.testing.ts';
import { pgliteSession } from './testing.ts';

const SCHEMA = `
  create schema shop;
  create table shop.item (no bigint generated always as identity primary key, name text not null, price numeric,
    double numeric generated always as (price * 2) stored, at timestamptz, raw bytea);
  create table shop.sale (item bigint not null references shop.item, n int not null);
  create sequence shop.bill start 100;
  create function shop.keep() returns trigger language plpgsql as $$ begin raise exception 'kept'; end $$;
  create trigger keep before delete or truncate on shop.sale execute function shop.keep();
  insert into shop.item (name, price, at, raw) values ('tea', 0.10, '2026-11-01T10:00:00.123456Z', '\\x00ff'), ('milk', null, null, null);`;

const CONTENTS = `select (select jsonb_agg(i order by no) from shop.item i)::text as items,
  (select count(*)::int from shop.sale) as sales`;

describe('a database of tests that is used again', () => {
  const shops = new UsedAgain({
    make: async () => {
      const pglite = await PGlite.create();
      await pglite.exec(SCHEMA);
      return pglite;
    },
    session: pgliteSession,
    drop: (pglite) => pglite.close(),
  });

  it('is as when it was new, whatever rows came and went, and counts as then', async () => {
    const first = await shops.take();
    const contents = (await first.it.query(CONTENTS)).rows;
    await first.it.exec(`set timezone = 'Asia/Tokyo'; prepare twice as select 2; select nextval('shop.bill');
      insert into shop.item (name) values ('salt'); insert into shop.sale values (1, 2), (3, 1);
      update shop.item set name = 'coffee' where no = 1; delete from shop.item where no = 2; begin; select 1`);
    first.giveBack();

    const { it: pglite, giveBack } = await shops.take();
    expect(pglite).toBe(first.it);
    expect((await pglite.query(CONTENTS)).rows).toEqual(contents);
    const counted = await pglite.query(
      `insert into shop.item (name) values ('salt') returning no, nextval('shop.bill') as bill`,
    );
    expect(counted.rows).toEqual([{ no: 3, bill: 100 }]);
    await expect(pglite.query('execute twice')).rejects.toThrow('does not exist');
    await expect(pglite.exec('delete from shop.sale')).rejects.toThrow('kept');
    giveBack();
    giveBack();
    const [one, other] = [await shops.take(), await shops.take()];
    expect(one.it).not.toBe(other.it);
    for (const each of [one, other]) each.giveBack();
  });

  it.each([
    'alter table shop.sale disable trigger keep',
    `create or replace function shop.keep() returns trigger language plpgsql as 'begin return old; end'`,
    'create index on shop.sale (n)',
  ])('is thrown away after: %s', async (change) => {
    const { it: pglite, giveBack } = await shops.take();
    await pglite.exec(change);
    giveBack();
    const next = await shops.take();
    expect(next.it).not.toBe(pglite);
    next.giveBack();
  });
});
