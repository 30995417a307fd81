import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redisHints, silentLog, type Database } from '../platform/index.ts';
import { openTestDatabases, testRedisUrl } from '../platform/testing.ts';
import { aCall, type Client, startFixture, type Fixture } from './fixture.testing.ts';

const redisUrl = testRedisUrl(12);
const [store] = await openTestDatabases();

describe.skipIf(!redisUrl)('two nodes with one Redis', () => {
  let database: Database;
  let one: Fixture;
  let two: Fixture;
  beforeAll(async () => {
    if (!store) throw new Error('no database');
    database = await store.open();
    await aCall(database, 'call_n');
    const callStateFor = async (callId: string, viewerId: string) => ({ callId, seenBy: viewerId }) as never;
    const node = async (): Promise<Fixture> =>
      await startFixture(database, { hints: await redisHints(redisUrl ?? '', silentLog), callStateFor });
    [one, two] = [await node(), await node()];
  });
  afterAll(async () => {
    await one.close();
    await two.close();
    await database.close();
  });

  async function join(fixture: Fixture, who: string, channel: string): Promise<Client> {
    const client = await fixture.connect();
    const answer = await fixture.authorize(who, { socket_id: client.socketId, channel_name: channel });
    client.send('pusher:subscribe', { channel, ...((await answer.json()) as object) });
    await client.next();
    return client;
  }

  test('[NODES-1] an event of one node reaches the sockets of both, each once', async () => {
    const clients = [await join(one, 'bob', 'news'), await join(two, 'bob', 'news')];
    one.realtime.broadcaster.broadcast('news', 'flash', { n: 1 });
    two.realtime.broadcaster.broadcast('news', 'flash', { n: 2 });
    for (const client of clients) {
      const numbers = (await client.take(2)).map(([, data]) => (data as { n: number }).n);
      expect(numbers.toSorted()).toEqual([1, 2]);
      expect(await client.sofar()).toEqual([]);
    }
  });

  test('[NODES-2] a notice that one node stores reaches a socket of the other', async () => {
    const client = await join(two, 'bob', 'private-inbox-person_bob');
    await one.tell('person_bob', 'across');
    expect((await client.next())[1]).toMatchObject({ payload: { key: 'across' } });
  });

  test('[NODES-3] a call that changes on one node is pushed to its people on both', async () => {
    const alice = await join(one, 'alice', 'private-user-person_alice');
    const bob = await join(two, 'bob', 'private-user-person_bob');
    one.hints.publish('call.changed', 'call_n');
    expect((await alice.next())[1]).toEqual({ callId: 'call_n', seenBy: 'person_alice' });
    expect((await bob.next())[1]).toEqual({ callId: 'call_n', seenBy: 'person_bob' });
  });
});
