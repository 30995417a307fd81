import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { silentLog } from './log.ts';
import { openPostgres } from './postgres.ts';

const url = process.env['LATIDO_TEST_DATABASE_URL'];

/** A cable to Postgres that a test can cut. */
class Cable {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  port = 0;

  async plug(): Promise<void> {
    const { hostname, port } = new URL(url ?? '');
    const server = createServer((near) => {
      const far = connect(Number(port || 5432), hostname);
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
      }
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async cut(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}

describe.skipIf(!url)('Postgres', () => {
  const cable = new Cable();
  afterEach(() => cable.cut());

  it('[PG-1] a database that goes away fails statements, also in the middle of a transaction, and nothing else', async () => {
    await cable.plug();
    const there = new URL(url ?? '');
    there.hostname = '127.0.0.1';
    there.port = String(cable.port);
    const database = await openPostgres({ url: there.href, poolSize: 2, log: silentLog });
    const away = { code: 'database.unavailable', status: 503 };
    const inside = database.db.transaction().execute(async (tx) => {
      await sql`select 1`.execute(tx);
      await cable.cut();
      await sql`select 1`.execute(tx);
    });
    await expect(inside).rejects.toMatchObject(away);
    await expect(sql`select 1`.execute(database.db)).rejects.toMatchObject(away);
    await cable.plug();
    expect((await sql<{ n: bigint }>`select 7::int8 as n`.execute(database.db)).rows).toEqual([{ n: 7n }]);
    await expect(sql`select nonsense`.execute(database.db)).rejects.toMatchObject({ code: '42703' });
    await database.close();
  });

  it('[PG-3] no statement is compiled: that takes longer than any of ours', async () => {
    const database = await openPostgres({ url: url ?? '', poolSize: 2, log: silentLog });
    const jit = async () => (await sql<{ jit: string }>`show jit`.execute(database.db)).rows[0]?.jit;
    expect(await Promise.all([jit(), jit()])).toEqual(['off', 'off']);
    await database.close();
  });

  it('[PG-2] a statement that comes again is parsed once by a connection, and anew after its table has changed', async () => {
    const database = await openPostgres({ url: url ?? '', poolSize: 1, log: silentLog });
    await database.script('create temp table kept (one int8); insert into kept values (1)');
    const all = async (one: bigint) =>
      (await sql`select * from kept where one = ${one}`.execute(database.db)).rows;
    for (let n = 0; n < 4; n += 1) expect(await all(1n)).toEqual([{ one: 1n }]);
    const { rows } = await sql<{ count: bigint }>`
      select count(*) as count from pg_prepared_statements where statement like 'select * from kept%'`.execute(
      database.db,
    );
    expect(rows).toEqual([{ count: 1n }]);
    await database.script('alter table kept add two int8');
    await expect(all(1n)).rejects.toMatchObject({ code: '0A000' });
    for (let n = 0; n < 4; n += 1) expect(await all(1n)).toEqual([{ one: 1n, two: null }]);
    await database.close();
  });
});
