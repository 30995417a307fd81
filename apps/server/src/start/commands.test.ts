import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { doorCommands, runCommand, percents } from './commands.ts';
import { openDoor } from './operator-door.ts';
import { newId, SETTINGS, silentLog, takeLock, type Env } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latido-commands-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(name: string | undefined, env: Env = {}, args: string[] = []) {
  const said = { printed: [] as string[], complained: [] as string[] };
  const code = await runCommand(name, {
    env: { LATIDO_DATA_DIR: folder, ...env },
    args,
    print: (line) => said.printed.push(line),
    complain: (line) => said.complained.push(line),
  });
  return { code, printed: said.printed.join('\n'), complained: said.complained.join('\n') };
}

describe('npx latido', () => {
  it('[START-50] without a command, or with one that is none, says which there are', async () => {
    for (const name of [undefined, 'audti'])
      expect(await run(name)).toMatchObject({
        code: 2,
        complained: expect.stringMatching(/^Usage: .*\n {2}migrate/),
      });
    expect(await run('--help')).toMatchObject({ code: 0, printed: expect.stringContaining('rebuild') });
  });

  it('[START-51] config prints every setting and no secret', async () => {
    const { code, printed } = await run('config', { LATIDO_DEMO_PASSWORD: 'a hidden word', PORT: '4000' });
    expect(code).toBe(0);
    for (const { key } of SETTINGS) expect(printed).toContain(`${key}=`);
    expect(printed).toContain('PORT=4000\n');
    expect(printed).toContain('LATIDO_GRACE_MS=45000 ms  (default)');
    expect(printed).toContain('LATIDO_DEMO_PASSWORD=(set)');
    expect(printed).not.toContain('hidden');
  });

  it('[START-52] config says what does not fit, and fails', async () => {
    const { code, complained } = await run('config', { PORT: 'x', LATIDO_PROT: '1' });
    expect(code).toBe(2);
    expect(complained).toBe(
      'LATIDO_PROT is not a setting. Did you mean PORT? (npx latido config prints all.)\nPORT is no port: "x".',
    );
  });

  it('[START-53] a question about a database that is not there makes none', async () => {
    for (const name of ['audit', 'rebuild']) {
      const { code, complained } = await run(name);
      expect(code).toBe(2);
      expect(complained).toBe(
        `There is no database in ${join(folder, 'database')} yet: npm start or npx latido migrate makes it.`,
      );
    }
    expect(existsSync(join(folder, 'database'))).toBe(false);
  });

  it.each(['audit', 'migrate', 'rebuild'])(
    '[START-54] %s on an embedded database that a server has open is refused in words, and the server keeps it',
    async (name) => {
      mkdirSync(join(folder, 'database'));
      writeFileSync(join(folder, 'database', 'PG_VERSION'), '17\n');
      const giveBack = takeLock(join(folder, 'database.lock'), folder);
      const { code, complained } = await run(name);
      expect(code).toBe(2);
      expect(complained).toMatch(
        /is in use by another Latido \(pid \d+\)\. .* end that one first, or ask it/,
      );
      expect(existsSync(join(folder, 'database.lock'))).toBe(true);
      giveBack();
    },
  );

  it('[START-55] a Postgres that is not there is one sentence without its password', async () => {
    const { code, complained } = await run('audit', { DATABASE_URL: 'postgres://u:hidden@127.0.0.1:2/x' });
    expect(code).toBe(2);
    expect(complained).toBe(
      'No Postgres answers at 127.0.0.1:2 (ECONNREFUSED): start it, or change DATABASE_URL.',
    );
  });
});

describe('how far a rebuild is', () => {
  it('[START-73] is told by whole percents, facts first and then meters', () => {
    const lines: string[] = [];
    const told = percents((line) => lines.push(line));
    for (const done of [4, 8, 12, 1_000]) told({ what: 'facts', done, total: 1_000 });
    told({ what: 'meters', done: 3, total: 3 });
    expect(lines).toEqual(['1 % of the facts', '100 % of the facts', '100 % of the meters']);
  });
});

describe('npx latido beside a server that has the embedded database open', () => {
  it('[START-58] audit, migrate and stuck are answered by that server, rebuild is refused, a dead door is passed by', async () => {
    const [kind] = await openTestDatabases();
    const database = await kind!.open();
    mkdirSync(join(folder, 'database'));
    writeFileSync(join(folder, 'database', 'PG_VERSION'), '17\n');
    const giveBack = takeLock(join(folder, 'database.lock'), folder);
    const close = await openDoor({ dataDir: folder, commands: doorCommands(database.db), log: silentLog });
    expect(await run('audit')).toEqual({
      code: 0,
      printed: 'The money and what it follows from agree.',
      complained: '',
    });
    expect(await run('migrate')).toMatchObject({ code: 0, printed: expect.stringContaining('up to date') });
    expect(await run('rebuild')).toMatchObject({ code: 2, complained: expect.stringContaining('in use') });
    expect(await run('stuck', {}, ['list'])).toMatchObject({ code: 0, printed: 'Nothing is stuck.' });
    await sql`insert into platform.stuck (stage, key, seq, error) values ('calls', 'call_1', 7, 'no')`.execute(
      database.db,
    );
    expect(await run('stuck', {}, ['list'])).toMatchObject({
      code: 1,
      printed: expect.stringMatching(/^calls {2}call_1 {2}fact 7 .* no\n1 key stuck\.$/),
    });
    const asked = await run('stuck', {}, ['retry', 'calls']);
    expect(asked).toMatchObject({ code: 0, printed: 'Another try was asked for: 1 key.' });
    expect(await run('stuck', {}, ['drop', 'calls'])).toMatchObject({ code: 2 });
    expect(await run('stuck', {}, ['drop', 'calls', 'call_1'])).toMatchObject({ code: 0 });
    expect(await run('stuck', {}, ['drop', 'calls', 'call_1'])).toMatchObject({ code: 1 });
    await close();
    expect(await run('audit')).toMatchObject({ code: 2, complained: expect.stringContaining('in use') });
    giveBack();
    await database.close();
  });
});

const postgres = process.env['LATIDO_TEST_DATABASE_URL'];
describe.skipIf(!postgres)('npx latido on Postgres', () => {
  const name = newId('journal').toLowerCase();
  const own = new URL(postgres ?? 'postgres://none');
  own.pathname = `/${name}`;
  const admin = async (statement: string) => {
    const client = new pg.Client(postgres);
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  beforeAll(() => admin(`create database ${name}`));
  afterAll(() => admin(`drop database ${name} with (force)`));

  it('[START-56] migrates a new one once, audits it and folds it again, also side by side', async () => {
    const env = { DATABASE_URL: own.href };
    expect((await run('migrate', env)).printed).toMatch(/^Applied 0001_/);
    expect((await run('migrate', env)).printed).toBe('The database is up to date.');
    const [audited, rebuilt] = await Promise.all([run('audit', env), run('rebuild', env)]);
    expect(audited).toEqual({
      code: 0,
      printed: 'The money and what it follows from agree.',
      complained: '',
    });
    expect(rebuilt).toMatchObject({ code: 0, complained: '' });
  });
});
