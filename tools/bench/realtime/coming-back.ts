import { join } from 'node:path';
import { freePort } from '../../testing/index.mjs';
import { forkProgram } from '../process.ts';
import { Guests } from './guests.ts';
import type { Judged, Place } from './judged.ts';

const BACK_MS_MOST = 10_000;

/** A server that is killed with thousands connected and started again: how soon all are back, and whether a notice was lost or repeated. */
export async function measureReturn({
  program,
  folder,
  clients,
}: Place & { clients: number }): Promise<Judged[]> {
  const env = { LATIDO_DATA_DIR: join(folder, 'return'), PORT: String(await freePort()) };
  let server = await forkProgram(program, { args: ['latido'], env });
  let all: () => void = () => undefined;
  let left = 2 * clients;
  const took = (): void => {
    left -= 1;
    if (left <= clients && left % clients === 0) all();
  };
  const { url } = server;
  const guests = new Guests(clients, { urlOf: () => url, took });
  try {
    await guests.open();
    const before = new Promise<void>((resolve) => (all = resolve));
    await server.ask('tell', { times: clients, guests: clients, perSecond: 500 });
    await before;
    await server.end('SIGKILL');
    server = await forkProgram(program, { args: ['latido'], env });
    const from = Date.now();
    const after = new Promise<void>((resolve) => (all = resolve));
    // Told while they come back: some are there, some are not yet.
    const telling = server.ask('tell', { times: clients, guests: clients, perSecond: 500 });
    while (guests.in < clients) await new Promise((resolve) => setTimeout(resolve, 20));
    const backMs = Date.now() - from;
    await Promise.all([telling, after]);
    const wrong = guests.all.filter(({ seen }) => seen.length !== 2 || seen[0] === seen[1]).length;
    return [
      {
        what: `${clients} clients back after a server that was killed listens again`,
        found: `${(backMs / 1_000).toFixed(1)} s of ${BACK_MS_MOST / 1_000}`,
        isReached: backMs <= BACK_MS_MOST,
      },
      {
        what: 'of them, with a notice lost or repeated',
        found: String(wrong),
        isReached: wrong === 0,
      },
    ];
  } finally {
    guests.close();
    await server.end('SIGKILL');
  }
}
