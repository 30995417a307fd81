/**
 * `npm run bench collections`: the hourly check over many active credits and again on the same day, with the server's memory; a collector's
 * list; notices to many people with one live client listening meanwhile. On Postgres, load and server in separate processes. Of the
 * credits 37 in 200 need somebody: they fall due from 30 days ago to 169 days ahead, one each day.
 * `-- --credits 100000 --people 10000`; with `--lines 1000000` files of so many debtors, credits, payments and assignments are imported
 * and undone instead.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { loadConfig, openDatabase, silentLog, type Db } from '../../apps/server/src/platform/index.ts';
import { ensurePostgres } from '../testing/index.mjs';
import { measureImports } from './collections/imports.ts';
import { percentile } from './percentile.ts';
import { forkProgram, type Forked } from './process.ts';
import { tellFaults } from './tell-faults.ts';

const program = fileURLToPath(new URL('./collections/child.ts', import.meta.url));
const PASSWORD = 'a password of the bench';
const COLLECTORS = 100;
const LISTS = 200;
/** As many as one request takes. */
const RECIPIENTS = 1_000;
const MOST = {
  checkMs: 5_000,
  checkBytes: 300 * 1024 * 1024,
  againMs: 2_000,
  listMs: 50,
  noticesMs: 10_000,
  liveMs: 200,
};

const { values } = parseArgs({
  options: {
    credits: { type: 'string', default: '100000' },
    people: { type: 'string', default: '10000' },
    lines: { type: 'string', default: '0' },
  },
});
const [credits, people] = [Number(values.credits), Number(values.people)];
const faults: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'latido-bench-'));

const postgres = await ensurePostgres({ env: { PATH: process.env['PATH'] }, log: console.error });
if (postgres === null) throw new Error('no Postgres was found');
try {
  const server = await forkProgram(program, {
    env: {
      PORT: '0',
      BENCH_PASSWORD: PASSWORD,
      LATIDO_AUTH_SECRET: 'b'.repeat(40),
      LIVEKIT_API_KEY: 'benchkey',
      LIVEKIT_API_SECRET: 'a-secret-of-at-least-32-characters-xx',
      LIVEKIT_URL: 'ws://127.0.0.1:9',
      DATABASE_URL: postgres.url,
      LATIDO_DATA_DIR: folder,
    },
  });
  const database = await openDatabase(loadConfig({ DATABASE_URL: postgres.url }), silentLog);
  try {
    await measure(server, database.db);
  } finally {
    await database.close();
    await server.end('SIGTERM');
  }
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = tellFaults(faults);

async function measure(server: Forked, db: Db): Promise<void> {
  const [lender, collector] = await Promise.all(
    ['lender', 'collector'].map((name) => signIn(server.url, name)),
  );
  if (!lender || !collector) throw new Error('nobody could sign in');
  if (Number(values.lines) > 0) {
    await measureImports({
      server,
      lender,
      collectorId: collector.personId,
      lines: Number(values.lines),
      judge,
    });
    return;
  }
  await fill(db, collector.personId);
  await measureCheck(server, lender);
  await measureLists(server, collector);
  await measureNotices(db, lender, collector);
}

/** A figure, and whether it is reached. */
function judge(what: string, found: number, most: number): void {
  const unit = what.startsWith('memory') ? 'MB' : 'ms';
  console.log(`${what.padEnd(52)} ${Math.round(found)} ${unit} (at most ${most})`);
  if (found > most) faults.push(`${what}: ${Math.round(found)} ${unit}, at most ${most}`);
}

interface Caller {
  readonly personId: string;
  readonly ask: <T>(path: string, body?: object) => Promise<T>;
  readonly send: <T>(path: string, form: FormData) => Promise<T>;
  readonly stream: () => Promise<ReadableStream<Uint8Array>>;
}

async function signIn(url: string, name: string): Promise<Caller> {
  const json = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { ...json, origin: url },
    body: JSON.stringify({ email: `${name}@bench.test`, password: PASSWORD }),
  });
  const headers = { authorization: `Bearer ${answer.headers.get('set-auth-token') ?? ''}` };
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const reply = await fetch(`${url}/api/v1/${path}`, {
      headers: body ? { ...headers, ...json } : headers,
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    });
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as T;
  };
  const send = async <T>(path: string, body: FormData): Promise<T> =>
    (await (await fetch(`${url}/api/v1/${path}`, { method: 'POST', headers, body })).json()) as T;
  const { personId } = await ask<{ personId: string }>('me');
  const stream = async (): Promise<ReadableStream<Uint8Array>> => {
    const { body } = await fetch(`${url}/api/v1/inbox/stream`, { headers });
    if (!body) throw new Error('there is no stream');
    return body;
  };
  return { personId, ask, send, stream };
}

/** Two credits a debtor; the first collector has 500 of them, the rest is spread over the others. */
async function fill(db: Db, collectorId: string): Promise<void> {
  const debtors = Math.ceil(credits / 2);
  await sql`insert into access.person (id, name) select 'person_bench' || n, 'Person ' || n from generate_series(1, ${people}::int) n`.execute(
    db,
  );
  await sql`insert into access.person_role (person_id, role)
    select 'person_bench' || n, case when n <= ${COLLECTORS}::int then 'collector' else 'client' end
    from generate_series(1, ${people}::int) n`.execute(db);
  await sql`insert into collections.debtor (id, name, created_by, created_at)
    select 'debtor_bench' || n, 'Debtor ' || n, 'bench', now() from generate_series(1, ${debtors}::int) n`.execute(
    db,
  );
  await sql`insert into collections.assignment (id, debtor_id, collector_id, by_id, since)
    select 'assignment_bench' || n, 'debtor_bench' || n,
      case when n <= 500 then ${collectorId} else 'person_bench' || (1 + n % ${COLLECTORS}::int) end, 'bench', now()
    from generate_series(1, ${debtors}::int) n`.execute(db);
  await sql`insert into collections.credit (id, debtor_id, principal, currency, ends_on, next_due_on, created_by, created_at)
    select 'credit_bench' || n, 'debtor_bench' || (1 + (n - 1) / 2), 30000, 'COP', current_date - 30 + n % 200, current_date - 30 + n % 200,
      'bench', now() from generate_series(1, ${credits}::int) n`.execute(db);
  // The check that is measured is not to meet the one that the server makes by itself in its first minute.
  await sql`insert into collections.lease (name, until, done_at) values ('attention', now(), now())
    on conflict (name) do update set done_at = now()`.execute(db);
  await sql`analyze`.execute(db);
}

async function measureCheck(server: Forked, lender: Caller): Promise<void> {
  await pause(2_000);
  const before = server.rss();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, server.rss())), 20);
  for (const [what, mostMs] of [
    [`check of ${credits} credits`, MOST.checkMs],
    ['the same again that day', MOST.againMs],
  ] as const) {
    const cpuBefore = server.cpuMs();
    const startedAt = performance.now();
    const checked = await lender.ask<{ found: number; told: number }>('collections/check', {});
    judge(`${what} (${checked.found} found, ${checked.told} told)`, performance.now() - startedAt, mostMs);
    console.log(`  ${Math.round(server.cpuMs() - cpuBefore)} ms of the server’s processor`);
    if (mostMs === MOST.againMs && checked.told > 0) faults.push(`${checked.told} were told twice`);
  }
  clearInterval(watch);
  judge('memory of the server at most', most / 1024 / 1024, MOST.checkBytes / 1024 / 1024);
  console.log(`  of which before the check ${Math.round(before / 1024 / 1024)} MB`);
}

async function measureLists(server: Forked, collector: Caller): Promise<void> {
  const took: number[] = [];
  const cpuBefore = server.cpuMs();
  for (let n = 0; n < LISTS; n += 1) {
    const startedAt = performance.now();
    const { items } = await collector.ask<{ items: object[] }>('debtors?limit=500');
    took.push(performance.now() - startedAt);
    if (items.length !== 500) throw new Error(`the list has ${items.length} debtors`);
  }
  judge('a collector’s list of 500 debtors, p99', percentile(took, 0.99), MOST.listMs);
  const cpuMs = (server.cpuMs() - cpuBefore) / LISTS;
  console.log(
    `  median ${Math.round(percentile(took, 0.5))} ms, ${cpuMs.toFixed(1)} ms of the server’s processor each`,
  );
}

async function measureNotices(db: Db, lender: Caller, collector: Caller): Promise<void> {
  const { took, stop } = await listen(lender, collector);
  const startedAt = performance.now();
  for (let from = 1; from <= people; from += RECIPIENTS) {
    const count = Math.min(RECIPIENTS, people - from + 1);
    const to = Array.from({ length: count }, (_, n) => `person_bench${from + n}`);
    for (let at = 0; at < to.length; at += 100)
      await lender.ask('notices', {
        to: to.slice(at, at + 100),
        title: 'To everybody',
        dedupKey: `bench-${from}-${at}`,
      });
  }
  judge(`notices to ${people} people, all stored`, performance.now() - startedAt, MOST.noticesMs);
  await stop();
  judge(`a live client’s notice meanwhile, p99 of ${took.length}`, percentile(took, 0.99), MOST.liveMs);
  const { rows } = await sql<{
    n: number;
  }>`select count(*)::int as n from notifications.inbox where type = 'notification'
    and recipient_id like 'person_bench%'`.execute(db);
  if (rows[0]?.n !== people) faults.push(`${rows[0]?.n} notices are stored, not ${people}`);
}

/** One client on a stream that is told something again and again; how long each took from the request to the client, ms. */
async function listen(
  lender: Caller,
  collector: Caller,
): Promise<{ took: number[]; stop: () => Promise<void> }> {
  const sentAt = new Map<string, number>();
  const took: number[] = [];
  const reader = (await collector.stream()).pipeThrough(new TextDecoderStream()).getReader();
  const reading = (async () => {
    let text = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      for (const [mark, at] of sentAt) {
        if (!text.includes(mark)) continue;
        took.push(performance.now() - at);
        sentAt.delete(mark);
      }
      text = text.slice(-2_000);
    }
  })();
  let isOver = false;
  const telling = (async () => {
    for (let n = 0; !isOver; n += 1) {
      const mark = `live-${n}-x`;
      sentAt.set(mark, performance.now());
      await lender.ask('notices', { to: [collector.personId], title: mark });
      await pause(20);
    }
  })();
  return {
    took,
    stop: async () => {
      isOver = true;
      await telling;
      await pause(1_000);
      await reader.cancel();
      await reading;
    },
  };
}
