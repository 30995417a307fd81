import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCall, startDoors } from '../doors.testing.ts';
import type { Database } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';

// One store will do: nothing here is kept.
for (const store of (await openTestDatabases()).slice(0, 1)) {
  describe(`what a client of Socket.IO may have, on ${store.name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await store.open();
      await aCall(database, 'call_io');
    });
    afterAll(() => database.close());

    const connect = (url: string, token: unknown): Socket =>
      io(url, { transports: ['websocket'], auth: { token }, forceNew: true, reconnection: false });
    const subscribe = (socket: Socket, channel: string): Promise<{ ok: boolean; code?: string }> =>
      socket.emitWithAck('subscribe', { channel });

    test('[SIO-7] the ceiling of channels is one for all that are asked for at once', async () => {
      const doors = await startDoors(database, { settings: { LATIDO_CHANNELS_PER_SOCKET: '5' } });
      const socket = connect(doors.url, 'alice');
      const asked = Array.from({ length: 50 }, (_, n) => subscribe(socket, `public-${n}`));
      const answers = await Promise.all(asked);
      expect(answers.filter(({ ok }) => ok)).toHaveLength(5);
      expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([undefined, 'request.rate_limited']));
      socket.emit('unsubscribe', { channel: 'public-0' });
      expect(await subscribe(socket, 'private-call-call_io')).toEqual({ ok: true });
      socket.disconnect();
      await doors.close();
    });

    test('[SIO-7] a session is one socket of its address, whether it polls or has one, until it is gone', async () => {
      const settings = { LATIDO_SOCKETS_PER_ADDRESS: '2', LATIDO_TRUST_PROXY: 'loopback' };
      const doors = await startDoors(database, { settings });
      const from = (address: string, transports: string[]): Socket =>
        io(doors.url, {
          transports,
          auth: { token: 'alice' },
          extraHeaders: { 'x-forwarded-for': `9.9.9.9, ${address}` },
          forceNew: true,
          reconnection: false,
        });
      const comes = async (socket: Socket) =>
        await new Promise((resolve) => {
          socket.once('connect', () => resolve('in'));
          socket.once('connect_error', (error) =>
            resolve(String(Reflect.get(error, 'context')?.responseText ?? error)),
          );
        });
      const polling = from('203.0.113.7', ['polling']);
      // With a socket after its handshake it is one, not two.
      const upgraded = from('203.0.113.7', ['polling', 'websocket']);
      expect([await comes(polling), await comes(upgraded)]).toEqual(['in', 'in']);
      await expect.poll(() => upgraded.io.engine.transport.name).toBe('websocket');
      expect(await comes(from('203.0.113.7', ['polling']))).toContain('too many sockets');
      expect(await comes(from('203.0.113.8', ['polling']))).toBe('in');
      polling.disconnect();
      await expect.poll(() => comes(from('203.0.113.7', ['polling']))).toBe('in');
      await doors.close();
    });

    test('[SIO-7] data that lies deeper than it can be written is dropped, and ends nothing', async () => {
      const doors = await startDoors(database);
      const socket = connect(doors.url, 'alice');
      const channel = 'private-call-call_io';
      expect(await subscribe(socket, channel)).toEqual({ ok: true });
      const deep = '['.repeat(20_000) + ']'.repeat(20_000);
      socket.io.engine.write(
        `2["client event",{"channel":"${channel}","event":"client-deep","data":${deep}}]`,
      );
      expect(await subscribe(socket, 'public-deep')).toEqual({ ok: true });
      socket.disconnect();
      await doors.close();
    });

    test('[SIO-4] who leaves while they are still joining has left', async () => {
      const doors = await startDoors(database);
      const socket = connect(doors.url, 'alice');
      const channel = 'private-call-call_io';
      const joined = subscribe(socket, channel);
      socket.emit('unsubscribe', { channel });
      expect(await joined).toEqual({ ok: true });
      // What comes after it is answered when it is done.
      await subscribe(socket, 'public-after');
      await expect.poll(() => doors.modules.realtime.hub.channels.get(channel)?.size ?? 0).toBe(0);
      socket.disconnect();
      await doors.close();
    });

    test('[SIO-7] a flood is read at its pace: nothing is lost, nobody is sent away, nobody else waits', async () => {
      const clock = new ManualClock();
      const doors = await startDoors(database, { clock, settings: { LATIDO_FRAMES_PER_SECOND: '50' } });
      const [flood, calm] = [connect(doors.url, 'alice'), connect(doors.url, 'bob')];
      let answers = 0;
      for (let n = 0; n < 120; n += 1) void subscribe(flood, 'public-flood').then(() => (answers += 1));
      await expect.poll(() => answers).toBe(50);
      expect(await subscribe(calm, 'public-calm')).toEqual({ ok: true });
      expect(answers).toBe(50);
      await clock.advance(1_000);
      await expect.poll(() => answers).toBe(100);
      await clock.advance(1_000);
      await expect.poll(() => answers).toBe(120);
      expect(flood.connected).toBe(true);
      for (const socket of [flood, calm]) socket.disconnect();
      await doors.close();
    });

    test.each([7, { a: 1 }, ['alice'], true])(
      '[SIO-3] a token that is %j is none, and makes nobody a stranger',
      async (token) => {
        const doors = await startDoors(database);
        const socket = connect(doors.url, token);
        const error = await new Promise<Error & { data?: unknown }>((resolve) => {
          socket.once('connect_error', resolve);
          socket.once('connect', () => resolve(new Error('connected')));
        });
        expect(error.data).toEqual({ code: 'auth.refused' });
        socket.disconnect();
        await doors.close();
      },
    );
  });
}
