/**
 * `npm run bench attendance`: a report of many people over HTTP, in every form, from asking to the last byte: the median of several, after one
 * that is thrown away. Everybody has a camera and a microphone. Judged by the clock; where others want more of the machine than it has, on the
 * embedded database by the processor time of this process, which is then all that a report takes. The whole product in the process of the bench, on the embedded database, or
 * on Postgres with `-- --store postgres`. `-- --people 10000 --times 5`.
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { createServer } from '../../apps/server/src/app.ts';
import { loadConfig, openDatabase, silentLog, type Db } from '../../apps/server/src/platform/index.ts';
import { NOBODY_OUTSIDE, onStores, type StoreSettings } from './on-stores.ts';
import { tellFaults } from './tell-faults.ts';
import { percentile } from './percentile.ts';

/** Of a report, from asking to the last byte. */
const MOST_MS = 1_000;
const PASSWORD = 'a password of the bench';
const FORMS = ['json', 'ndjson', 'csv', 'xlsx', 'pdf'];

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '10000' },
    times: { type: 'string', default: '5' },
    store: { type: 'string', default: 'embedded' },
  },
});
const [people, times] = [Number(values.people), Number(values.times)];
const faults: string[] = [];
await onStores(values.store, measure);
process.exit(tellFaults(faults));

async function measure(store: string, settings: StoreSettings): Promise<void> {
  const load = loadavg().map((each) => each.toFixed(1));
  console.log(`${availableParallelism()} cores, load ${load.join(' ')}, ${people} people, ${store}`);
  const config = loadConfig({ ...NOBODY_OUTSIDE, ...settings });
  const database = await openDatabase(config, silentLog);
  const server = await createServer({ config, database });
  const email = 'admin@bench.test';
  await server.access.createAccount({ name: 'admin', email, password: PASSWORD, roles: ['admin'] });
  const signedIn = await fetch(`${server.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  const authorization = `Bearer ${signedIn.headers.get('set-auth-token') ?? ''}`;
  await fill(database.db);
  for (const form of FORMS) {
    const [tookMs, cpuMs]: [number[], number[]] = [[], []];
    let bytes = 0;
    for (let n = 0; n <= times; n += 1) {
      const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
      const url = `${server.url}/api/v1/rooms/arena/attendance?format=${form}`;
      const answer = await fetch(url, { headers: { authorization } });
      bytes = (await answer.arrayBuffer()).byteLength;
      if (answer.status !== 200) throw new Error(`${form} was answered by ${answer.status}`);
      if (n === 0) continue;
      tookMs.push(performance.now() - startedAt);
      const { user, system } = process.cpuUsage(cpuBefore);
      cpuMs.push((user + system) / 1e3);
    }
    const [median, cpu] = [percentile(tookMs, 0.5), percentile(cpuMs, 0.5)].map(Math.round);
    const isFull = (loadavg()[0] ?? 0) > availableParallelism() && store === 'embedded';
    const judged = isFull ? cpu : median;
    console.log(`${form.padEnd(7)} ${median} ms, ${cpu} ms of processor, ${Math.round(bytes / 1024)} KB`);
    if ((judged ?? Infinity) > MOST_MS) faults.push(`${form}: ${judged} ms, at most ${MOST_MS}`);
  }
  await server.close();
}

async function fill(db: Db): Promise<void> {
  const startsAt = new Date(Date.now() - 3_600_000);
  const ms = startsAt.getTime();
  await sql`
    insert into presence.interval (participant_sid, room_sid, room_name, identity, name, joined_at, left_at, last_proof_at, state, evidence)
    select 'PA_' || n, 'RM_a', 'arena', 'p' || n, 'Person ' || n, ${startsAt}::timestamptz + n * interval '20 ms',
      ${startsAt}::timestamptz + interval '30 min' + n * interval '30 ms', ${startsAt}::timestamptz, 'left',
      jsonb_build_object('beating', false, 'joins', jsonb_build_object('webhook', 0), 'tracks', jsonb_build_array(
        jsonb_build_array('TR_a' || n, 'camera', ${ms}::bigint + n * 21, ${ms}::bigint + 900000 + n),
        jsonb_build_array('TR_b' || n, 'microphone', ${ms}::bigint + n * 22, null)))
    from generate_series(1, ${people}::int) n`.execute(db);
  await sql`analyze presence.interval`.execute(db);
}
