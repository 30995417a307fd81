import { join } from 'node:path';
import { ensurePostgres } from '../../testing/index.mjs';
import { percentile } from '../percentile.ts';
import { forkProgram, type Store } from '../process.ts';
import { Guests } from './guests.ts';
import type { Judged, Place } from './judged.ts';

const GUESTS = 100;
const PER_SECOND = 200;
/** From before it is stored until its reader has it, p99. */
const P99_MS_MOST = { postgres: 20, embedded: 50 };

/** Tells notices to people at the Pusher door, each stored first, and takes how long each was on its way. */
export async function measureNotices({
  program,
  folder,
  notices,
}: Place & { notices: number }): Promise<Judged[]> {
  const embedded: Store = { name: 'embedded', env: { LATIDO_DATA_DIR: join(folder, 'notices') } };
  const found = [await measure(program, embedded, notices)];
  const postgres = await ensurePostgres();
  if (postgres === null) return found;
  try {
    found.push(await measure(program, { name: 'postgres', env: { DATABASE_URL: postgres.url } }, notices));
  } finally {
    await postgres.stop();
  }
  return found;
}

async function measure(program: string, { name, env }: Store, notices: number): Promise<Judged> {
  const server = await forkProgram(program, { args: ['latido'], env });
  const tookMs: number[] = [];
  let all: () => void = () => undefined;
  const took = (named: string): void => {
    tookMs.push(Date.now() - Number(named.split('.')[0]));
    if (tookMs.length === notices) all();
  };
  const guests = new Guests(GUESTS, { urlOf: () => server.url, took });
  try {
    await guests.open();
    // Warm: what is compiled for the first ones is not of a notice.
    await server.ask('tell', { times: notices, guests: GUESTS, perSecond: PER_SECOND });
    const whole = new Promise<void>((resolve) => (all = resolve));
    if (tookMs.length < notices) await whole;
    tookMs.length = 0;
    const again = new Promise<void>((resolve) => (all = resolve));
    await server.ask('tell', { times: notices, guests: GUESTS, perSecond: PER_SECOND });
    await again;
  } finally {
    guests.close();
    await server.end('SIGKILL');
  }
  const [p50, p99] = [percentile(tookMs, 0.5), percentile(tookMs, 0.99)];
  return {
    what: `a stored notice to its reader at ${PER_SECOND}/s, ${name}`,
    found: `p50 ${p50} ms, p99 ${p99} ms of ${P99_MS_MOST[name]}`,
    isReached: p99 <= P99_MS_MOST[name],
  };
}
