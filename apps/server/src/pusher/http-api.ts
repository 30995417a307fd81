import type { FastifyRequest } from 'fastify';
import { EVENT_DATA_BYTES_MAX, ServerBatch, ServerEvent } from '@latido/protocol';
import type { z } from 'zod';
import type { Access } from '../access/index.ts';
import type { App, Clock } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import {
  appOfName,
  crossesApps,
  isCacheChannel,
  kindOf,
  nameForClients,
  type Hub,
} from '../realtime/index.ts';
import { inHub, type PusherApp } from './apps.ts';
import { jsonOf, takeRawText } from './bodies.ts';
import { faultOfRequest } from './signature.ts';

/** What the routes need. */
export interface HttpApiDeps {
  readonly apps: readonly PusherApp[];
  readonly hub: Hub;
  readonly clock: Pick<Clock, 'now'>;
  readonly access: Pick<Access, 'requireScope'>;
  /** Requests that send events, of one app, in a minute. */
  readonly perMinute: number;
}

/** Whose request it is, and where it is answered. */
interface Of {
  readonly app: PusherApp;
  readonly hub: Hub;
}

/**
 * Pusher's HTTP API, for servers that send events: any Pusher library signs for it. To our own app a backend may also send
 * with an API key that has `channels:publish`. What is said of channels and users is what is connected to any node.
 */
export function httpApi(app: App, deps: HttpApiDeps): void {
  void app.register(
    async (scope) => {
      const routes = scope as App;
      takeRawText(routes);
      routes.addHook('preHandler', async (request) => {
        refuseLists(request.query as object);
        await check(deps, request);
      });
      const of = (request: FastifyRequest): Of => ({ app: appOf(deps, request), hub: deps.hub });
      const config = { rateLimit: limitOf(deps) };
      routes.post('/events', { config }, async (request) =>
        triggerEvent(of(request), fits(ServerEvent, request)),
      );
      routes.post('/batch_events', { config }, async (request) =>
        triggerBatch(of(request), fits(ServerBatch, request)),
      );
      routes.get('/channels', async (request) => listChannels(of(request), request.query as Query));
      routes.get('/channels/:name', async (request) =>
        oneChannel(of(request), channelIn(request), request.query as Query),
      );
      routes.get('/channels/:name/users', async (request) => usersOf(of(request), channelIn(request)));
      routes.post('/users/:name/terminate_connections', async (request) => {
        const userId = nameOf(request);
        if (crossesApps(userId)) throw problem('request.invalid', `"${userId}" is no id of a user.`);
        deps.hub.terminate(inHub(appOf(deps, request), userId));
        return {};
      });
    },
    { prefix: '/apps/:appId' },
  );
}

type Query = Readonly<Record<string, string>>;

/** Counted by the app, once the request is known to be its own: strangers use nothing of it up. */
function limitOf(deps: HttpApiDeps) {
  return {
    max: deps.perMinute,
    timeWindow: '1 minute',
    hook: 'preHandler' as const,
    keyGenerator: (request: FastifyRequest) => `app ${appOf(deps, request).appId}`,
  };
}

function appOf({ apps }: HttpApiDeps, request: FastifyRequest): PusherApp {
  const { appId } = request.params as { appId: string };
  const app = apps.find((each) => each.appId === appId);
  if (!app) throw problem('route.not_found', `There is no app ${appId}.`);
  return app;
}

/** A signature covers names and texts: what comes twice is a list, which nobody signs. */
function refuseLists(query: object): void {
  const list = Object.entries(query).find(([, value]) => typeof value !== 'string');
  if (list) throw problem('request.invalid', `query.${list[0]}: comes more than once.`);
}

const SENDS_EVENTS = /\/(batch_)?events$/;

async function check(deps: HttpApiDeps, request: FastifyRequest): Promise<void> {
  const app = appOf(deps, request);
  const isSigned =
    'auth_signature' in (request.query as Query) || request.headers.authorization === undefined;
  if (!isSigned && app.isOwn && SENDS_EVENTS.test(request.routeOptions.url ?? '')) {
    await deps.access.requireScope(request, 'channels:publish', 'admin');
    return;
  }
  const [path = ''] = request.url.split('?');
  const body = typeof request.body === 'string' ? request.body : '';
  const fault = faultOfRequest(
    app,
    { method: request.method, path, query: request.query as Query, body },
    deps.clock.now(),
  );
  if (fault !== null) throw problem('auth.refused', fault);
}

function fits<T extends z.ZodType>(schema: T, request: FastifyRequest): z.infer<T> {
  const parsed = schema.safeParse(jsonOf(request.body as string));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw problem('request.invalid', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`);
}

async function triggerEvent(of: Of, event: z.infer<typeof ServerEvent>): Promise<object> {
  const { name, data, socket_id, channel, channels = [], info } = event;
  const names = [...new Set([...channels, ...(channel === undefined ? [] : [channel])])];
  for (const each of names) checkEvent(each, data);
  const asked = info === undefined ? {} : { channels: Object.fromEntries(await wantedOf(of, names, info)) };
  for (const each of names)
    of.hub.publish({ channel: inHub(of.app, each), event: name, data, except: socket_id });
  return asked;
}

/** Of each channel what was asked for and is told of its kind. */
async function wantedOf(of: Of, names: readonly string[], info: string): Promise<Map<string, object>> {
  const wanted = info.split(',');
  const found = await countsOf(of, names);
  return new Map(
    names.map((name) => {
      const counts = Object.entries(found.get(name) ?? nobodyIn(name));
      return [name, Object.fromEntries(counts.filter(([attribute]) => wanted.includes(attribute)))] as const;
    }),
  );
}

async function triggerBatch(of: Of, { batch }: z.infer<typeof ServerBatch>): Promise<object> {
  for (const { channel, data } of batch) checkEvent(channel, data);
  const answers = batch.some(({ info }) => info !== undefined)
    ? await Promise.all(
        batch.map(async ({ channel, info = '' }) => (await wantedOf(of, [channel], info)).get(channel) ?? {}),
      )
    : null;
  for (const { channel, name, data, socket_id } of batch)
    of.hub.publish({ channel: inHub(of.app, channel), event: name, data, except: socket_id });
  return answers === null ? {} : { batch: answers };
}

function checkEvent(channel: string, data: string): void {
  if (kindOf(channel) === null) throw noName(channel);
  if (Buffer.byteLength(data) > EVENT_DATA_BYTES_MAX) {
    throw problem('request.too_large', 'The data of an event is 10 KB at most.');
  }
}

async function listChannels(of: Of, query: Query): Promise<object> {
  const { filter_by_prefix: prefix = '', info = '' } = query;
  if (info.split(',').includes('user_count') && !prefix.startsWith('presence-')) {
    throw problem('request.invalid', 'user_count is of presence channels: filter_by_prefix=presence-…');
  }
  const open = await ofAllNodes(of.hub.members.counts());
  const ofApp = of.app.isOwn ? null : of.app.appId;
  const own = [...open.keys()].filter((name) => appOfName(name) === ofApp).map(nameForClients);
  const names = own.filter((name) => name.startsWith(prefix));
  const told = info === '' ? await countsOf(of, names) : await wantedOf(of, names, info);
  return { channels: Object.fromEntries(told) };
}

/** What is asked for of a channel; without `info`, all that is counted. */
async function oneChannel(of: Of, name: string, { info }: Query): Promise<object> {
  const counts = (await countsOf(of, [name])).get(name);
  const occupied = counts !== undefined;
  if (info === undefined) return { occupied, ...(counts ?? nobodyIn(name)) };
  const wanted = (await wantedOf(of, [name], info)).get(name);
  if (!info.split(',').includes('cache') || !isCacheChannel(name)) return { occupied, ...wanted };
  const last = await of.hub.lastEvent(inHub(of.app, name));
  const cache = last === null ? null : { data: last.data, ttl: Math.ceil(last.forMs / 1000) };
  return { occupied, ...wanted, cache };
}

async function usersOf({ app, hub }: Of, name: string): Promise<object> {
  if (kindOf(name) !== 'presence') throw problem('request.invalid', 'Only presence channels have users.');
  const [users = new Set<string>()] = await ofAllNodes(hub.members.usersOf([inHub(app, name)]));
  return { users: [...users].map((id) => ({ id })) };
}

interface Counts {
  readonly subscription_count: number;
  readonly user_count?: number;
}

/** Zero is a number: whoever asked for it reads it. */
function nobodyIn(name: string): Counts {
  return kindOf(name) === 'presence' ? { subscription_count: 0, user_count: 0 } : { subscription_count: 0 };
}

/** Of those channels that somebody is in, on any node. */
async function countsOf(
  { app, hub: { members } }: Of,
  names: readonly string[],
): Promise<Map<string, Counts>> {
  const named = (name: string): string => inHub(app, name);
  const sockets = await ofAllNodes(members.counts(names.map(named)));
  const open = names.filter((name) => sockets.has(named(name)));
  const presence = open.filter((name) => kindOf(name) === 'presence');
  const users = await ofAllNodes(members.usersOf(presence.map(named)));
  const userCounts = new Map(presence.map((name, at) => [name, users[at]?.size ?? 0]));
  return new Map(
    open.map((name) => {
      const userCount = userCounts.get(name);
      const subscription_count = sockets.get(named(name)) ?? 0;
      return [
        name,
        { subscription_count, ...(userCount === undefined ? {} : { user_count: userCount }) },
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

/** @throws AppError `request.invalid` for what is no name: it might be another app's in the hub */
function channelIn(request: FastifyRequest): string {
  const name = nameOf(request);
  if (kindOf(name) === null) throw noName(name);
  return name;
}

const noName = (name: string): Error => problem('request.invalid', `"${name}" is no channel name.`);

function nameOf(request: FastifyRequest): string {
  return (request.params as { name: string }).name;
}
