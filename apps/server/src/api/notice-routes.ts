import {
  channelOf,
  NOTICE_WITHDRAWN,
  NoticeSent,
  NoticeWithdrawn,
  page,
  NoticeReceipt,
  SendNotice,
} from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '../access/index.ts';
import { tellCollectors } from '../collections/index.ts';
import { hintRecipients, INBOX_READ_HINT, isToNobody, receipts, takeBack, tellAll } from '../inbox/index.ts';
import type { App, Clock, Config, Db, Hints } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { Broadcaster } from '../realtime/index.ts';

export interface NoticeRouteDeps {
  readonly access: Access;
  readonly db: Db;
  readonly clock: Clock;
  readonly hints: Hints;
  readonly config: Pick<Config, 'ceilings'>;
  readonly hub: Broadcaster;
}

const tags = ['team'];
const params = z.object({ id: z.string().min(1).max(64) });
const ReceiptsQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(1_000),
});

/** `/api/v1/notices`: what a team's backend tells its people, durable and by every door. */
export function noticeRoutes(app: App, deps: NoticeRouteDeps): void {
  sendRoute(app, deps);
  afterwardsRoutes(app, deps);
}

function sendRoute(app: App, { access, db, clock, hints, config, hub }: NoticeRouteDeps): void {
  app.post(
    '/api/v1/notices',
    {
      config: { rateLimit: { max: config.ceilings.noticesPerMinute, timeWindow: '1 minute' } },
      schema: {
        tags,
        summary: 'Tell people something',
        description:
          'A row in each inbox before anything is sent, then by every door; of a collector also on `private-cobrador.{id}`. With a `dedupKey` it is told once, however often it is sent. Needs `notices:send`.',
        body: SendNotice,
        response: { 201: NoticeSent },
      },
    },
    async (request, reply) => {
      const { personId: senderId } = await sender(access, request);
      const { to, type, title, body, url, payload, dedupKey, pushAfterMs } = request.body;
      const recipientIds = await recipientsOf(access, to);
      const shown = Object.entries({ title, body, url }).filter(([, value]) => value !== undefined);
      const said = { ...payload, ...(Object.fromEntries(shown) as Record<string, string>) };
      const { id, told } = await tellAll(
        { db, clock },
        { senderId, recipientIds, type, payload: said, dedupKey, pushAfterMs },
      );
      hintRecipients(hints, told);
      const announce = hub.broadcast.bind(hub);
      await tellCollectors({ db, access, announce }, told, { type, payload: said }).catch((error: unknown) =>
        // It is stored: an error would have it sent again.
        request.log.warn({ err: error, notice: id }, 'collectors hear of a notice by their inboxes only'),
      );
      const answer = { id, accepted: told.length, duplicates: recipientIds.length - told.length };
      return await reply.code(201).send(answer);
    },
  );
}

function afterwardsRoutes(app: App, { access, db, clock, hints, hub }: NoticeRouteDeps): void {
  app.get(
    '/api/v1/notices/:id',
    {
      schema: {
        tags,
        summary: 'Who got, read and acknowledged it',
        description: 'By recipient, as long as notices are kept. Needs `notices:send`.',
        params,
        querystring: ReceiptsQuery,
        response: { 200: page(NoticeReceipt) },
      },
    },
    async (request) => {
      await sender(access, request);
      const { cursor, limit } = request.query;
      const items = await receipts(db, request.params.id, { after: cursor, limit });
      if (items.length === 0 && cursor === undefined) await mustBeSent(db, request.params.id);
      return { items, nextCursor: items.length === limit ? (items.at(-1)?.personId ?? null) : null };
    },
  );
  app.delete(
    '/api/v1/notices/:id',
    {
      schema: {
        tags,
        summary: 'Take it back',
        description: `Where it was not read; pages that show it hear \`${NOTICE_WITHDRAWN}\`. Needs \`notices:send\`.`,
        params,
        response: { 200: NoticeWithdrawn },
      },
    },
    async (request) => {
      await sender(access, request);
      const { withdrawn, read } = await takeBack({ db, clock }, request.params.id);
      const seen = await receipts(db, request.params.id, { limit: 1 });
      if (seen.length === 0) await mustBeSent(db, request.params.id);
      for (const { recipientId, cursor } of withdrawn)
        hub.broadcast(channelOf.inbox(recipientId), NOTICE_WITHDRAWN, { cursor });
      for (const { recipientId } of withdrawn) hints.publish(INBOX_READ_HINT, recipientId);
      return { withdrawn: withdrawn.length, read };
    },
  );
}

const sender = (access: Access, request: FastifyRequest) =>
  access.requireScope(request, 'notices:send', 'admin');

/** Of a notice that stands in no inbox: whether it was sent all the same. */
async function mustBeSent(db: Db, id: string): Promise<void> {
  if (!(await isToNobody(db, id)))
    throw problem('route.not_found', `There is no notice ${id}, or it is too old.`);
}

/**
 * The ids of everybody who is meant. Nobody is told anything while one of them is unknown.
 *
 * @throws person.not_found
 */
async function recipientsOf(access: Access, to: SendNotice['to']): Promise<string[]> {
  const named = to.filter((who) => typeof who === 'string');
  const roles = to.flatMap((who) => (typeof who === 'string' ? [] : [who.role]));
  const found = await access.personIdsNamed(named);
  const missing = named.filter((who) => !found.has(who));
  if (missing.length > 0) {
    throw problem(
      'person.not_found',
      `There is no person ${missing.slice(0, 10).join(', ')}. Nobody was told.`,
      {
        missing: missing.slice(0, 100),
      },
    );
  }
  return [...new Set([...found.values(), ...(await access.personIdsOfRoles(roles))])];
}
