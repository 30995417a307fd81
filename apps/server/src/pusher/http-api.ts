import type { FastifyRequest } from 'fastify';
import { EVENT_DATA_BYTES_MAX, ServerBatch, ServerEvent } from '@latido/protocol';
import type { z } from 'zod';
import type { App, Clock } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { isCacheChannel, kindOf, type Hub } from '../realtime/index.ts';
import { jsonOf, takeRawText } from './bodies.ts';
import type { AppKey } from './signature.ts';
import { faultOfRequest } from './signature.ts';

/** What the routes need. */
export interface HttpApiDeps {
  readonly app: AppKey & { readonly appId: string };
  readonly hub: Hub;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Pusher's HTTP API, for servers that send events: any Pusher library signs for it. What it says of channels and
 * users is what is connected to any node.
 */
export function httpApi(app: App, deps: HttpApiDeps): void {
  void app.register(
    async (scope) => {
      const routes = scope as App;
      takeRawText(routes);
      routes.addHook('preHandler', async (request) => check(deps, request));
      routes.post('/events', async (request) => triggerEvent(deps, fits(ServerEvent, request)));
      routes.post('/batch_events', async (request) => triggerBatch(deps, fits(ServerBatch, request)));
      routes.get('/channels', async (request) => listChannels(deps, request.query as Query));
      routes.get('/channels/:name', async (request) =>
        oneChannel(deps, nameOf(request), request.query as Query),
      );
      routes.get('/channels/:name/users', async (request) => usersOf(deps, nameOf(request)));
      routes.post('/users/:name/terminate_connections', async (request) => {
        deps.hub.terminate(nameOf(request));
        return {};
      });
    },
    { prefix: '/apps/:appId' },
  );
}

type Query = Readonly<Record<string, string>>;

function check({ app, clock }: HttpApiDeps, request: FastifyRequest): void {
  const { appId } = request.params as { appId: string };
  if (appId !== app.appId) throw problem('route.not_found', `There is no app ${appId}.`);
  const [path = ''] = request.url.split('?');
  const body = typeof request.body === 'string' ? request.body : '';
  const fault = faultOfRequest(
    app,
    { method: request.method, path, query: request.query as Query, body },
    clock.now(),
  );
  if (fault !== null) throw problem('auth.refused', fault);
}

function fits<T extends z.ZodType>(schema: T, request: FastifyRequest): z.infer<T> {
  const parsed = schema.safeParse(jsonOf(request.body as string));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw problem('request.invalid', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`);
}

async function triggerEvent({ hub }: HttpApiDeps, event: z.infer<typeof ServerEvent>): Promise<object> {
  const { name, data, socket_id, channel, channels = [], info } = event;
  const names = [...new Set([...channels, ...(channel === undefined ? [] : [channel])])];
  for (const each of names) checkEvent(each, data);
  const asked = info === undefined ? {} : { channels: Object.fromEntries(await wantedOf(hub, names, info)) };
  for (const each of names) hub.publish({ channel: each, event: name, data, except: socket_id });
  return asked;
}

/** Of each channel what was asked for and is told of its kind. */
async function wantedOf(hub: Hub, names: readonly string[], info: string): Promise<Map<string, object>> {
  const wanted = info.split(',');
  const found = await countsOf(hub, names);
  return new Map(
    names.map((name) => {
      const counts = Object.entries(found.get(name) ?? { subscription_count: 0 });
      return [name, Object.fromEntries(counts.filter(([attribute]) => wanted.includes(attribute)))] as const;
    }),
  );
}

async function triggerBatch({ hub }: HttpApiDeps, { batch }: z.infer<typeof ServerBatch>): Promise<object> {
  for (const { channel, data } of batch) checkEvent(channel, data);
  const answers = batch.some(({ info }) => info !== undefined)
    ? await Promise.all(
        batch.map(
          async ({ channel, info = '' }) => (await wantedOf(hub, [channel], info)).get(channel) ?? {},
        ),
      )
    : null;
  for (const { channel, name, data, socket_id } of batch)
    hub.publish({ channel, event: name, data, except: socket_id });
  return answers === null ? {} : { batch: answers };
}

function checkEvent(channel: string, data: string): void {
  if (kindOf(channel) === null) throw problem('request.invalid', `"${channel}" is no channel name.`);
  if (Buffer.byteLength(data) > EVENT_DATA_BYTES_MAX) {
    throw problem('request.too_large', 'The data of an event is 10 KB at most.');
  }
}

async function listChannels({ hub }: HttpApiDeps, query: Query): Promise<object> {
  const { filter_by_prefix: prefix = '', info = '' } = query;
  if (info.split(',').includes('user_count') && !prefix.startsWith('presence-')) {
    throw problem('request.invalid', 'user_count is of presence channels: filter_by_prefix=presence-…');
  }
  const open = await ofAllNodes(hub.members.counts());
  const names = [...open.keys()].filter((name) => name.startsWith(prefix));
  const told = info === '' ? await countsOf(hub, names) : await wantedOf(hub, names, info);
  return { channels: Object.fromEntries(told) };
}

/** What is asked for of a channel; without `info`, all that is counted. */
async function oneChannel({ hub }: HttpApiDeps, name: string, { info }: Query): Promise<object> {
  const counts = (await countsOf(hub, [name])).get(name);
  const occupied = counts !== undefined;
  if (info === undefined) return { occupied, ...(counts ?? { subscription_count: 0 }) };
  const wanted = (await wantedOf(hub, [name], info)).get(name);
  if (!info.split(',').includes('cache') || !isCacheChannel(name)) return { occupied, ...wanted };
  const last = await hub.lastEvent(name);
  const cache = last === null ? null : { data: last.data, ttl: Math.ceil(last.forMs / 1000) };
  return { occupied, ...wanted, cache };
}

async function usersOf({ hub }: HttpApiDeps, name: string): Promise<object> {
  if (kindOf(name) !== 'presence') throw problem('request.invalid', 'Only presence channels have users.');
  const [users = new Set<string>()] = await ofAllNodes(hub.members.usersOf([name]));
  return { users: [...users].map((id) => ({ id })) };
}

interface Counts {
  readonly subscription_count: number;
  readonly user_count?: number;
}

/** Of those channels that somebody is in, on any node. */
async function countsOf({ members }: Hub, names: readonly string[]): Promise<Map<string, Counts>> {
  const sockets = await ofAllNodes(members.counts(names));
  const presence = names.filter((name) => kindOf(name) === 'presence' && sockets.has(name));
  const users = await ofAllNodes(members.usersOf(presence));
  const userCounts = new Map(presence.map((name, at) => [name, users[at]?.size ?? 0]));
  return new Map(
    [...sockets].map(([name, count]) => {
      const userCount = userCounts.get(name);
      return [
        name,
        { subscription_count: count, ...(userCount === undefined ? {} : { user_count: userCount }) },
      ] as const;
    }),
  );
}

/** What is told of channels is whole or it is not told. @throws AppError `nodes.unavailable` */
async function ofAllNodes<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch {
    throw problem('nodes.unavailable', 'The other nodes cannot be asked now, try again.');
  }
}

function nameOf(request: FastifyRequest): string {
  return (request.params as { name: string }).name;
}
