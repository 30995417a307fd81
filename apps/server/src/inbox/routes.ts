import { StatusUpdates, StatusUpdatesQuery } from '@latido/protocol';
import type { App, Clock, Db } from '../platform/index.ts';
import type { Who } from './ports.ts';
import { statusUpdates } from './read-inbox.ts';

/** `GET /api/status/updates`: the door that needs nothing but HTTP. */
export function inboxRoutes(
  app: App,
  { db, access, clock }: { db: Db; access: Who; clock: Pick<Clock, 'now'> },
): void {
  app.get(
    '/api/status/updates',
    { schema: { querystring: StatusUpdatesQuery, response: { 200: StatusUpdates } } },
    async (request, reply) => {
      const { personId } = await access.require(request);
      reply.header('cache-control', 'no-store');
      const { after, limit } = request.query;
      return await statusUpdates({ db, clock }, { recipientId: personId, after, limit });
    },
  );
}
