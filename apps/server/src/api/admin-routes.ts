import { RemoveFromCall, ServiceLevels } from '@latido/protocol';
import { z } from 'zod';
import type { Access } from '../access/index.ts';
import { callById } from '../calls/index.ts';
import type { RoomService } from '../livekit/index.ts';
import { partnersTold } from '../notifications/index.ts';
import type { App, Clock, Db } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { intervalsOfCall, joinsSince } from '../presence/index.ts';

export interface AdminRouteDeps {
  readonly access: Access;
  readonly db: Db;
  readonly clock: Clock;
  readonly rooms: Pick<RoomService, 'removeParticipant'>;
}

const tags = ['operations'];
const DAY_MS = 86_400_000;

/** What those who watch over calls see of the service, and what they may do in a call. */
export function adminRoutes(app: App, deps: AdminRouteDeps): void {
  levelsRoute(app, deps);
  removeRoute(app, deps);
}

function levelsRoute(app: App, { access, clock, db }: AdminRouteDeps): void {
  app.get(
    '/api/v1/admin/service-levels',
    {
      schema: {
        tags,
        summary: 'How well the last day went',
        description:
          'How soon partners were told of a silence, how many of those notices were false alarms, and how many people LiveKit’s webhooks did not tell of, so that asking had to find them.',
        response: { 200: ServiceLevels },
      },
    },
    async (request) => {
      await access.require(request, 'admin', 'manager');
      const since = new Date(clock.now() - DAY_MS);
      const [told, joins] = await Promise.all([partnersTold(db, since), joinsSince(db, since)]);
      return { since: since.toISOString(), told, joins };
    },
  );
}

function removeRoute(app: App, { access, db, rooms }: AdminRouteDeps): void {
  const params = z.object({ id: z.string().max(64) });
  app.post(
    '/api/v1/calls/:id/remove',
    {
      schema: {
        tags,
        summary: 'Take somebody out of a call',
        description:
          'Whoever has this identity is disconnected by LiveKit; the others stay. For managers, admins and keys with `calls:write`. In a call of two it ends the call.',
        params,
        body: RemoveFromCall,
        response: { 200: RemoveFromCall },
      },
    },
    async (request) => {
      await access.requireScope(request, 'calls:write', 'admin', 'manager');
      const call = await callById(db, request.params.id);
      if (!call) throw problem('call.not_found', `There is no call ${request.params.id}.`);
      const { identity } = request.body;
      const there = (await intervalsOfCall(db, call.id)).filter(
        (interval) => interval.identity === identity && interval.leftAt === null,
      );
      if (there.length === 0)
        throw problem(
          'person.not_found',
          `Nobody of that identity is in the call: ${identity.slice(0, 64)}.`,
        );
      for (const roomName of new Set(there.map((interval) => interval.roomName)))
        await rooms.removeParticipant(roomName, identity);
      return { identity };
    },
  );
}
