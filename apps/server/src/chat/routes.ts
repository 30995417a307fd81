import type { ChatMessage } from '@latido/protocol';
import {
  ChangedMessage,
  CHAT_CHANGED,
  ChatMessage as Shown,
  Messages,
  MessagesQuery,
  NewMessage,
} from '@latido/protocol';
import { z } from 'zod';
import type { Viewer } from '../calls/index.ts';
import type { App, DbOrTx, Tx } from '../platform/index.ts';
import { change, react, type At } from './change.ts';
import { circleForReader } from './circle.ts';
import type { PlainClients } from './plain-clients.ts';
import type { ChatDeps } from './ports.ts';
import { SayTogether } from './say-together.ts';
import { shown, shownFresh } from './show.ts';
import { lastChange, messagesAfter, messagesChanged, type MessageRow } from './store.ts';
import { tell, tellMessage } from './tell.ts';
import { amongItsPeople, notReading, unread } from './unread.ts';

const tags = ['chat'];
const params = z.object({ id: z.string().max(64) });
const ofMessage = params.extend({
  seq: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1),
});
const ofReaction = ofMessage.extend({ emoji: z.string().min(1).max(64) });
/** Four characters of a byte each in the worst case, and what stands around them. */
const BODY_BYTES_MAX = 32_768;
/** Nobody types so fast; a script that floods is stopped within the first second. */
const rateLimit = { max: 30, timeWindow: '10 seconds' };

/** `/api/v1/calls/{id}/messages`. */
export function chatRoutes(app: App, deps: ChatDeps, plain: PlainClients): void {
  const { access, db } = deps;
  const together = new SayTogether(deps);
  const schema = { tags, params, body: NewMessage, response: { 200: Shown, 201: Shown } };
  app.post(
    '/api/v1/calls/:id/messages',
    { schema, config: { rateLimit }, bodyLimit: BODY_BYTES_MAX },
    async (request, reply) => {
      const writer = await access.require(request);
      const callId = request.params.id;
      const { body } = request;
      const { row, isNew } = await together.say(callId, { writer, message: body });
      const isPlain = isNew && row.replyTo === null && (body.files ?? []).length === 0;
      const message = isPlain ? shownFresh(row, writer.name) : await forReader(db, writer, row);
      // After the commit: who hears of it finds it in the history, too.
      if (isNew) {
        await tellMessage(deps, message, Number(row.change));
        plain.tell(message);
      }
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
      const { after, changes: since, limit } = request.query;
      await circleForReader(db, callId, reader);
      const without = await unread(db, reader);
      const last = await lastChange(db, callId);
      const asked = { callId, limit: limit + 1, without };
      const rows =
        since === undefined
          ? await messagesAfter(db, { ...asked, after })
          : await messagesChanged(db, { ...asked, since });
      const page = rows.slice(0, limit);
      const isAll = rows.length <= limit;
      return {
        items: await shown(db, page, { callId, without }),
        nextAfter: Math.max(after, ...page.map(({ seq }) => seq)),
        // Of a page of changes the next one goes on; else what is read now is as of the last change at least.
        changes: Number(since === undefined || isAll ? last : (page.at(-1)?.change ?? last)),
        isAll,
        blocked: await amongItsPeople(db, callId, without),
      };
    },
  );
  changingRoutes(app, deps);
}

function changingRoutes(app: App, { access, db, clock, hub }: ChatDeps): void {
  const config = { rateLimit };
  /** Does it in a transaction, tells of it, and gives the message as it is now. */
  const done = async (
    writer: Viewer,
    of: Pick<At, 'callId' | 'seq'>,
    does: (tx: Tx, at: At) => Promise<{ row: MessageRow; isNew: boolean }>,
  ): Promise<ChatMessage> => {
    const { row, isNew } = await db.transaction().execute((tx) => does(tx, { ...of, clock }));
    const { callId, seq } = row;
    if (isNew) {
      const data = { callId, seq, changes: Number(row.change) };
      const without = await notReading(db, callId, [writer.personId, row.personId]);
      tell({ hub }, { callId, event: CHAT_CHANGED, data, without });
    }
    return await forReader(db, writer, row);
  };
  app.patch(
    '/api/v1/calls/:id/messages/:seq',
    {
      schema: { tags, params: ofMessage, body: ChangedMessage, response: { 200: Shown } },
      config,
      bodyLimit: BODY_BYTES_MAX,
    },
    async (request) => {
      const writer = await access.require(request);
      const { id: callId, seq } = request.params;
      const { text } = request.body;
      return await done(writer, { callId, seq }, (tx, at) => change(tx, writer, { ...at, text }));
    },
  );
  app.delete(
    '/api/v1/calls/:id/messages/:seq',
    { schema: { tags, params: ofMessage, response: { 200: Shown } }, config },
    async (request) => {
      const writer = await access.require(request);
      const { id: callId, seq } = request.params;
      return await done(writer, { callId, seq }, (tx, at) => change(tx, writer, { ...at, text: null }));
    },
  );
  for (const method of ['PUT', 'DELETE'] as const) {
    app.route({
      method,
      url: '/api/v1/calls/:id/messages/:seq/reactions/:emoji',
      schema: { tags, params: ofReaction, response: { 200: Shown } },
      config,
      handler: async (request) => {
        const writer = await access.require(request);
        const { id: callId, seq, emoji } = request.params;
        const isOn = method === 'PUT';
        return await done(writer, { callId, seq }, (tx, at) => react(tx, writer, { ...at, emoji, isOn }));
      },
    });
  }
}

async function forReader(db: DbOrTx, reader: Viewer, row: MessageRow): Promise<ChatMessage> {
  const [message] = await shown(db, [row], { callId: row.callId, without: await unread(db, reader) });
  if (!message) throw new Error('a message that was written is not shown');
  return message;
}
