import type { FastifyReply, FastifyRequest } from 'fastify';
import { StreamQuery, StreamTicket } from '@latido/protocol';
import { z } from 'zod';
import { fromAfter } from '../inbox/index.ts';
import { problem, type App, type Clock } from '../platform/index.ts';
import type { Hub, Who } from '../realtime/index.ts';
import type { Streams } from './streams.ts';
import type { Owner, Tickets } from './tickets.ts';

/** What the routes need. */
export interface SseRoutesDeps {
  readonly access: Who;
  readonly clock: Pick<Clock, 'now'>;
  readonly hub: Hub;
  readonly streams: Streams;
  readonly tickets: Tickets;
}

/** A browser's `EventSource` sends it when it comes back. */
const LastEventId = z.object({ 'last-event-id': z.string().max(100).optional() }).loose();

/** `POST /api/v1/inbox/stream-ticket` and `GET /api/v1/inbox/stream`. */
export function sseRoutes(app: App, deps: SseRoutesDeps): void {
  const { hub, streams, tickets } = deps;
  app.post(
    '/api/v1/inbox/stream-ticket',
    { schema: { response: { 200: StreamTicket } } },
    async (request) => {
      const { personId, sessionId = null, until } = await deps.access.require(request);
      return { ticket: await tickets.give({ personId, sessionId, until }) };
    },
  );
  app.get(
    '/api/v1/inbox/stream',
    { schema: { querystring: StreamQuery, headers: LastEventId } },
    async (request, reply) => {
      const owner = await ownerOf(deps, request, request.query.ticket);
      streams.admit(owner);
      // The header is newer than the address, which a browser keeps as it was when the page was loaded.
      const after = request.headers['last-event-id'] || request.query.lastEventId || request.query.after;
      const from = fromAfter(after);
      if (typeof from === 'object') hub.inboxes.acknowledge(owner.personId, after);
      await streams.serve(startOf(reply), { owner, from, live: request.query.live === 'true' });
    },
  );
}

async function ownerOf(
  { access, clock, tickets }: SseRoutesDeps,
  request: FastifyRequest,
  ticket: string | undefined,
): Promise<Owner> {
  if (ticket === undefined) {
    const { personId, sessionId = null, until } = await access.require(request);
    return { personId, sessionId, since: clock.now(), until };
  }
  const owner = await tickets.take(ticket);
  if (owner) return owner;
  throw problem(
    'auth.required',
    'This ticket was used, is older than 30 s, or none of ours. POST /api/v1/inbox/stream-ticket gives a new one.',
  );
}

/** Takes the answer out of Fastify's hands and sends its head, with what CORS and security have put there. */
function startOf(reply: FastifyReply) {
  reply.hijack();
  const headers = {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform, no-store',
    // nginx would hold events back until a buffer is full.
    'x-accel-buffering': 'no',
  };
  reply.raw.writeHead(200, headers as Record<string, string>);
  reply.raw.flushHeaders();
  return reply.raw;
}
