/** The whole product in a process of its own, which makes paid calls and says how they were charged. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Worker } from 'node:worker_threads';
import { sql } from 'kysely';
import { createServer } from '../../../apps/server/src/app.ts';
import { giveWelcomeCoins } from '../../../apps/server/src/ledger/index.ts';
import { startPaidCall } from '../../../apps/server/src/metering/index.ts';
import { beginProfile, countStatements, endProfile } from './profile.ts';
import { giveMemoryBackSoon, loadConfig, systemClock } from '../../../apps/server/src/platform/index.ts';

// Ends with the bench, whatever happens to it.
process.on('disconnect', () => process.exit());

const workers: Worker[] = [];
process.on('worker', (worker) => workers.push(worker));
if (process.env['BENCH_PROFILE'] !== undefined) countStatements();
const server = await createServer({ config: loadConfig(process.env) });
giveMemoryBackSoon();
const { hints, access, modules } = server;
const { db } = server.database;
let made = 0;

/** Somebody who may come into a call's room. */
export interface Seat {
  /** LiveKit's name of the room. */
  readonly room: string;
  readonly identity: string;
  readonly ticket: string;
}

/** A paid call of two people with coins for an hour, and their seats. */
async function makeCall(): Promise<Seat[]> {
  made += 1;
  const roomName = `bench-${process.pid}-${made}`;
  const [payer, earner] = [
    await access.createPerson({ name: `Payer ${made}`, email: null, roles: ['client'] }),
    await access.createPerson({ name: `Earner ${made}`, email: null, roles: ['model'] }),
  ];
  await giveWelcomeCoins(db, payer.id, 600n);
  const order = { roomName, payerId: payer.id, earnerId: earner.id, openedBy: payer.id };
  const started = await startPaidCall({ db, hints, clock: systemClock }, order);
  const { callId, callRow } = started;
  const room = callRow.livekitRoom;
  await modules.rooms.createRoom(room);
  return [payer, earner].map(({ id }) => {
    const claims = { personId: id, identity: id, roomName: room, callId, paid: true };
    return { room, identity: id, ticket: modules.presence.issueTicket(claims) };
  });
}

/** Charges since an instant, and how long after it was due each was committed, ms. */
async function charged({ since }: { since: number }): Promise<number[]> {
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from recorded_at - occurred_at) * 1000)::float8 as ms from ledger.journal
     where kind = 'charge' and recorded_at >= ${new Date(since)}::timestamptz`.execute(db);
  return rows.map(({ ms }) => ms);
}

/** Calls that are live. */
async function live(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from calls.call where status = 'live'`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Gives back what can be, so that what is left is in use. */
async function collect(): Promise<void> {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/**
 * Bytes that are in use: what is alive in V8's heaps and buffers, the embedded database's memory with it. What V8 and the C library
 * keep for what may come (three halves of the young space alone are 48 MB) is not; by how much the process grew is told beside it.
 */
async function inUse(): Promise<number> {
  await collect();
  const { heapUsed, external } = process.memoryUsage();
  let bytes = heapUsed + external;
  for (const worker of workers) {
    // Another thread is collected by looking at its heap only.
    for await (const _ of await worker.getHeapSnapshot());
    const { used_heap_size: used, external_memory: outside } = await worker.getHeapStatistics();
    bytes += used + outside;
  }
  return bytes;
}

const doings: Readonly<Record<string, (of: never) => Promise<unknown>>> = {
  makeCall,
  charged,
  live,
  collect,
  inUse,
  beginProfile,
  endProfile,
  caughtUp: () => server.caughtUp(),
};
process.on('message', ({ id, asked, of }: { id: number; asked: string; of: never }) => {
  void doings[asked]?.(of).then((result) => process.send?.({ id, result }));
});
process.send?.({ url: server.url });
