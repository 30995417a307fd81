/** For tests only: a server in a process of its own, to be killed. Says `{url}` when it is up; tells notices when it is asked to. */
import { startDoors } from './doors.testing.ts';
import { loadConfig, openDatabase, redisHints, silentLog } from './platform/index.ts';

const { LATIDO_DATA_DIR, DATABASE_URL, REDIS_URL } = process.env;
const where = Object.entries({ LATIDO_DATA_DIR, DATABASE_URL }).filter(([, value]) => value !== undefined);
const database = await openDatabase(loadConfig(Object.fromEntries(where)), silentLog);
const hints = REDIS_URL === undefined ? {} : { hints: await redisHints(REDIS_URL, silentLog) };
const doors = await startDoors(database, hints);

process.on('message', (asked: { from: number; to: number }) => {
  void tellAll(asked);
});
process.send?.({ url: doors.url });

async function tellAll({ from, to }: { from: number; to: number }): Promise<void> {
  for (let n = from; n < to; n += 1) {
    await doors.tell('person_bob', String(n));
    process.send?.({ told: n });
  }
}
