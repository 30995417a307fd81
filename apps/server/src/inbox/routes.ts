import {
  InboxCount,
  InboxQuery,
  InboxReadRequest,
  InboxSettings,
  InboxUpdates,
  NoticeList,
  NoticeListQuery,
  StatusUpdates,
  StatusUpdatesQuery,
} from '@latido/protocol';
import type { App, Clock, Db, Hints } from '../platform/index.ts';
import type { LongPolls } from './long-poll.ts';
import { listNotices } from './list-notices.ts';
import { markRead } from './mark-read.ts';
import { mutesOf, setMutes } from './mutes.ts';
import { INBOX_READ_HINT } from './notify.ts';
import type { Who } from './ports.ts';
import { statusUpdates } from './read-inbox.ts';
import { countUnread } from './store.ts';

/** What the routes need. */
export interface InboxRoutesDeps {
  readonly db: Db;
  readonly access: Who;
  readonly clock: Pick<Clock, 'now'>;
  readonly polls: LongPolls;
  readonly hints: Pick<Hints, 'publish'>;
}

/** `GET /api/status/updates` and `GET /api/v1/inbox`, the doors that need nothing but HTTP; what is read, and how much is not. */
export function inboxRoutes(app: App, deps: InboxRoutesDeps): void {
  const { db, access, clock, polls, hints } = deps;
  settingsRoutes(app, deps);
  app.get(
    '/api/status/updates',
    { schema: { querystring: StatusUpdatesQuery, response: { 200: StatusUpdates } } },
    async (request) => {
      const { personId } = await access.require(request);
      const { after, limit } = request.query;
      return await statusUpdates({ db, clock }, { recipientId: personId, after, limit });
    },
  );
  app.get(
    '/api/v1/inbox',
    { schema: { querystring: InboxQuery, response: { 200: InboxUpdates } } },
    async (request, reply) => {
      const { personId, sessionId = null, until } = await access.require(request);
      const owner = { personId, sessionId, since: clock.now(), until };
      const gone = new AbortController();
      reply.raw.on('close', () => gone.abort());
      const { after, limit, wait = 0 } = request.query;
      const asked = { owner, after, limit, waitMs: wait * 1_000, signal: gone.signal };
      return await polls.updates(asked);
    },
  );
  app.post(
    '/api/v1/inbox/read',
    { schema: { body: InboxReadRequest, response: { 200: InboxCount } } },
    async (request) => {
      const { personId } = await access.require(request);
      const answer = await markRead({ db, clock }, personId, request.body);
      hints.publish(INBOX_READ_HINT, personId);
      return answer;
    },
  );
  app.get(
    '/api/v1/inbox/notices',
    { schema: { querystring: NoticeListQuery, response: { 200: NoticeList } } },
    async (request) => {
      const { personId, locale } = await access.require(request);
      const { cursor, limit, topic, type, unread, locale: wanted = locale } = request.query;
      const onlyUnread = unread === 'true';
      const words = wanted.startsWith('es') ? 'es' : 'en';
      return await listNotices(db, {
        recipientId: personId,
        cursor,
        limit,
        topic,
        type,
        onlyUnread,
        locale: words,
      });
    },
  );
  app.get('/api/v1/inbox/count', { schema: { response: { 200: InboxCount } } }, async (request) => {
    const { personId } = await access.require(request);
    return { unread: await countUnread(db, personId) };
  });
}

/** What a person does not want to be told, and in which way. */
function settingsRoutes(app: App, { db, access, hints }: InboxRoutesDeps): void {
  app.get('/api/v1/inbox/settings', { schema: { response: { 200: InboxSettings } } }, async (request) => {
    const { personId } = await access.require(request);
    return { muted: await mutesOf(db, personId) };
  });
  app.put(
    '/api/v1/inbox/settings',
    { schema: { body: InboxSettings, response: { 200: InboxSettings } } },
    async (request) => {
      const { personId } = await access.require(request);
      const muted = await setMutes(db, personId, request.body.muted);
      hints.publish(INBOX_READ_HINT, personId);
      return { muted };
    },
  );
}
