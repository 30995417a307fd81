import { NewPushSubscription, PushDevice, PushDevices, PushKey } from '@latido/protocol';
import { z } from 'zod';
import { problem, type App, type Clock, type Db } from '../platform/index.ts';
import type { Addresses } from './addresses.ts';
import { deviceOf } from './device.ts';
import { devicesOf, forgetDevice, keepDevice } from './devices.ts';
import { checkKeys } from './keys.ts';
import type { Who } from './ports.ts';

/** What the routes need. */
export interface PushRoutesDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly access: Who;
  readonly addresses: Addresses;
  readonly publicKey: string;
  /** Somebody has a device more. */
  readonly onDevice: () => void;
}

/** `/api/v1/push`: the key, and a person's devices. */
export function pushRoutes(app: App, deps: PushRoutesDeps): void {
  const { db, clock, access, addresses, publicKey, onDevice } = deps;
  app.get('/api/v1/push/key', { schema: { response: { 200: PushKey } } }, async (request) => {
    await access.require(request);
    return { key: publicKey };
  });
  app.get('/api/v1/push/subscriptions', { schema: { response: { 200: PushDevices } } }, async (request) => {
    const { personId } = await access.require(request);
    return { items: await devicesOf(db, personId) };
  });
  app.post(
    '/api/v1/push/subscriptions',
    { schema: { body: NewPushSubscription, response: { 201: PushDevice } } },
    async (request, reply) => {
      const { personId, sessionId = null } = await access.require(request);
      addresses.check(request.body.endpoint);
      checkKeys(request.body.keys);
      const device = deviceOf(request.headers['user-agent']);
      const made = { ...request.body, personId, sessionId, device };
      const kept = await keepDevice(db, made, new Date(clock.now()));
      onDevice();
      return await reply.code(201).send(kept);
    },
  );
  app.delete(
    '/api/v1/push/subscriptions/:id',
    { schema: { params: z.object({ id: z.string().max(100) }), response: { 204: z.null() } } },
    async (request, reply) => {
      const { personId } = await access.require(request);
      if (!(await forgetDevice(db, personId, request.params.id)))
        throw problem(
          'push.not_found',
          'No device of yours has this id; GET /api/v1/push/subscriptions lists them.',
        );
      return await reply.code(204).send(null);
    },
  );
}
