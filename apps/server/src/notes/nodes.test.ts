import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer, type Server } from '../app.ts';
import { type Database } from '../platform/index.ts';
import { openTestDatabases, testRedisUrl } from '../platform/testing.ts';
import { configFor, signedIn, type Guest } from '../server.testing.ts';
import { Editor } from './notes.testing.ts';

const redisUrl = testRedisUrl(10);
/** Nobody else may open an embedded database: several servers stand on Postgres. */
const store = (await openTestDatabases()).find(({ name }) => name === 'postgres');

describe.skipIf(!redisUrl || !store)('notes on two servers with one Postgres and one Redis', () => {
  let database: Database;
  let one: Server;
  let two: Server;
  let dora: Guest;
  let alice: Guest;
  let bookingId: string;
  const editors: Editor[] = [];

  beforeAll(async () => {
    if (!store || !redisUrl) throw new Error('no Postgres, or no Redis');
    database = await store.open();
    const config = configFor({ wsUrl: 'ws://127.0.0.1:1' }, { REDIS_URL: redisUrl });
    const node = () => createServer({ config, database: { ...database, close: async () => undefined } });
    [one, two] = [await node(), await node()];
    dora = await signedIn(one, { name: 'dora', roles: ['mentor'], coins: 0n });
    alice = await signedIn(one, { name: 'alice', roles: ['client'], coins: 0n });
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: '00:00', to: '24:00' }));
    await ask('PUT', 'availability', dora, { timeZone: 'UTC', weekly });
    const offering = { title: 'Review', minutes: 60, price: { kind: 'free' } };
    const offeringId = (await ask('POST', 'offerings', dora, offering)).id;
    const startsAt = new Date((Math.floor(Date.now() / 3_600_000) + 2) * 3_600_000).toISOString();
    bookingId = (await ask('POST', 'bookings', alice, { offeringId, startsAt })).id;
  });
  afterAll(async () => {
    for (const editor of editors) editor.close();
    await one.close();
    await two.close();
    await database.close();
  });

  const ask = async (method: 'GET' | 'POST' | 'PUT', path: string, who: Guest, payload?: object) => {
    const { headers } = who;
    const body = payload ? { payload } : {};
    const answer = await one.app.inject({ method, url: `/api/v1/${path}`, headers, ...body });
    return answer.json();
  };
  const open = async (server: Server, who: Guest): Promise<Editor> => {
    const ticket = await ask('POST', `bookings/${bookingId}/notes/ticket`, who);
    const editor = new Editor(server.url, ticket);
    editors.push(editor);
    await expect.poll(() => editor.provider.synced).toBe(true);
    return editor;
  };

  it('[NOTES-7] who writes on one node is read on the other, with the name on their cursor', async () => {
    const [doras, hers] = [await open(one, dora), await open(two, alice)];
    doras.write('from node one');
    await expect.poll(() => hers.text).toContain('from node one');
    hers.write('from node two');
    await expect.poll(() => doras.text).toContain('from node two');
    expect(doras.text.split('\n').toSorted()).toEqual(hers.text.split('\n').toSorted());
    doras.provider.setAwarenessField('cursor', { anchor: 1 });
    await expect.poll(() => hers.names).toEqual([{ name: 'dora', personId: dora.personId }]);
  });
});
