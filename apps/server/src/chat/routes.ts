import type { ChatMessage } from '@latido/protocol';
import {
  channelOf,
  CHAT_MESSAGE,
  ChatMessage as Shown,
  Messages,
  MessagesQuery,
  NewMessage,
} from '@latido/protocol';
import { z } from 'zod';
import { blocksAmong, personsById } from '../access/index.ts';
import { callForPerson, seesAll } from '../calls/index.ts';
import type { App, DbOrTx } from '../platform/index.ts';
import type { ChatDeps } from './ports.ts';
import { say } from './say.ts';
import type { MessageRow } from './store.ts';
import { messagesAfter } from './store.ts';

const tags = ['chat'];
const params = z.object({ id: z.string().max(64) });
/** Four characters of a byte each in the worst case, and what stands around them. */
const BODY_BYTES_MAX = 32_768;
/** Nobody types so fast; a script that floods is stopped within the first second. */
const PER_TEN_SECONDS = 30;

/** `/api/v1/calls/{id}/messages`. */
export function chatRoutes(app: App, { access, db, clock, hub }: ChatDeps): void {
  const schema = { tags, params, body: NewMessage, response: { 200: Shown, 201: Shown } };
  const config = { rateLimit: { max: PER_TEN_SECONDS, timeWindow: '10 seconds' } };
  app.post(
    '/api/v1/calls/:id/messages',
    { schema, config, bodyLimit: BODY_BYTES_MAX },
    async (request, reply) => {
      const writer = await access.require(request);
      const callId = request.params.id;
      const said = { callId, message: request.body, clock };
      const { row, isNew } = await db.transaction().execute((tx) => say(tx, writer, said));
      const message = onWire(row, writer.name);
      // After the commit: who hears of it finds it in the history, too.
      if (isNew) hub().broadcast(channelOf.callPresence(callId), CHAT_MESSAGE, message);
      return await reply.code(isNew ? 201 : 200).send(message);
    },
  );
  app.get(
    '/api/v1/calls/:id/messages',
    {
      schema: { tags, params, querystring: MessagesQuery, response: { 200: Messages } },
      config: { rateLimit: { max: 240, timeWindow: '1 minute' } },
    },
    async (request) => {
      const reader = await access.require(request);
      const { id: callId } = request.params;
      const { after, limit } = request.query;
      await callForPerson(db, callId, reader);
      const without = seesAll(reader)
        ? []
        : ((await blocksAmong(db, [reader.personId])).get(reader.personId) ?? []);
      const rows = await messagesAfter(db, { callId, after, limit: limit + 1, without });
      const page = rows.slice(0, limit);
      return {
        items: await named(db, page),
        nextAfter: page.at(-1)?.seq ?? after,
        isAll: rows.length <= limit,
      };
    },
  );
}

async function named(db: DbOrTx, rows: readonly MessageRow[]): Promise<ChatMessage[]> {
  const people = await personsById(
    db,
    rows.map(({ personId }) => personId),
  );
  return rows.map((row) => onWire(row, people.get(row.personId)?.name ?? ''));
}

function onWire({ at, ...row }: MessageRow, name: string): ChatMessage {
  return { ...row, name, at: at.toISOString() };
}
