import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startFakeLivekit } from '@latido/testkit';
import { RoomServiceClient } from 'livekit-server-sdk';
import { afterEach, describe, expect, test } from 'vitest';
import { silentLog } from '../platform/index.ts';
import { createListParticipants } from './list-participants.ts';
import { createRoomService } from './room-service.ts';

const [apiKey, apiSecret] = ['listkey', 'a-secret-of-at-least-32-characters-xx'];
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const settings = (livekitUrl: string) => ({
  livekitUrl,
  livekitApiKey: apiKey,
  livekitApiSecret: apiSecret,
  graceMs: 45_000,
});

async function livekit() {
  const fake = await startFakeLivekit({ apiKey, apiSecret });
  stops.push(() => fake.stop());
  const rooms = createRoomService(settings(fake.wsUrl), silentLog);
  return { fake, rooms, list: createListParticipants(settings(fake.wsUrl)) };
}

/** A server that gives one answer to whatever is asked. */
async function answering(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.statusCode = status;
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => server.close());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('[PRES-F16] who is in a room, asked on a connection that is kept', () => {
  test('is what the SDK hears', async () => {
    const { fake, rooms, list } = await livekit();
    await rooms.createRoom('salon');
    fake.join({ room: 'salon', identity: 'alice' });
    fake.join({ room: 'salon', identity: 'bob', name: 'Bob ñ' });
    const sdk = new RoomServiceClient(fake.wsUrl.replace('ws', 'http'), apiKey, apiSecret);
    const heard = (await sdk.listParticipants('salon')).map((each) => each.toJson());
    for (let n = 0; n < 3; n += 1) expect((await list('salon'))?.map((each) => each.toJson())).toEqual(heard);
    expect(heard).toHaveLength(2);
  });

  test('an empty room is one that LiveKit does not know; whoever is none of ours hears nothing', async () => {
    const { fake, rooms, list } = await livekit();
    expect(await list('nowhere')).toEqual([]);
    expect(await rooms.pollRoom('nowhere')).toEqual({ status: 'ok', participants: [] });
    const forged = { ...settings(fake.wsUrl), livekitApiSecret: 'another-secret-of-at-least-32-characters' };
    expect(await createListParticipants(forged)('nowhere')).toBeNull();
    expect(await createRoomService(forged, silentLog).pollRoom('nowhere')).toEqual({ status: 'unknown' });
  });

  test('a connection that was kept from before a restart is no reason not to know', async () => {
    const { fake, rooms } = await livekit();
    await rooms.createRoom('salon');
    expect(await rooms.pollRoom('salon')).toEqual({ status: 'ok', participants: [] });
    await fake.restart();
    expect((await rooms.pollRoom('salon')).status).toBe('ok');
    await fake.stop();
    expect(await rooms.pollRoom('salon')).toEqual({ status: 'unknown' });
  });

  test.each([
    ['a bare 404 is a wrong address', 404, 'not here'],
    ['a page of somebody else', 200, '<html>'],
    ['a list that is none', 200, '{"participants": 7}'],
    ['an error', 500, '{"code": "internal", "msg": "no"}'],
    ['nothing', 200, ''],
  ])('%s: nothing may be concluded', async (_what, status, body) => {
    const url = await answering(status, body);
    expect(await createListParticipants(settings(url))('salon')).toBeNull();
    expect(await createRoomService(settings(url), silentLog).pollRoom('salon')).toEqual({
      status: 'unknown',
    });
  });
});
