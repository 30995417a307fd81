import { CHAT_TYPING, type ChatTyping } from '@latido/protocol';
import { z } from 'zod';
import type { App } from '../platform/index.ts';
import { circleForWriter } from './circle.ts';
import type { ChatDeps } from './ports.ts';
import { isOver } from './say.ts';
import { tell } from './tell.ts';
import { notReading } from './unread.ts';

const params = z.object({ id: z.string().max(64) });
/** A page says it every three seconds; nobody needs to be told more often. */
const rateLimit = { max: 10, timeWindow: '10 seconds' };

/** `POST /api/v1/calls/{id}/typing`: who types is the server's word, so that nobody types in another's name (CHAT-17). Stored nowhere. */
export function typingRoute(app: App, { access, db, hub }: ChatDeps): void {
  app.post(
    '/api/v1/calls/:id/typing',
    { schema: { tags: ['chat'], params, response: { 204: z.undefined() } }, config: { rateLimit } },
    async (request, reply) => {
      const { id: callId } = request.params;
      const writer = await access.require(request);
      const circle = await circleForWriter(db, callId, writer);
      if (circle.isOver) throw isOver();
      const data: ChatTyping = { callId, personId: writer.personId, name: writer.name };
      const without = await notReading(db, callId, [writer.personId]);
      tell({ hub }, { callId, event: CHAT_TYPING, data, without });
      return await reply.code(204).send();
    },
  );
}
