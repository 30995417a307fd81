import type { FastifyRequest } from 'fastify';
import { EVENT_DATA_BYTES_MAX, ServerBatch, ServerEvent } from '@latido/protocol';
import type { z } from 'zod';
import type { App, Clock } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { jsonOf, takeRawText } from './bodies.ts';
import type { Channel } from './channel.ts';
import { kindOf } from './channel.ts';
import type { Connection } from './connection.ts';
import type { Gateway } from './gateway.ts';
import type { AppKey } from './signature.ts';
import { faultOfRequest } from './signature.ts';

/** What the routes need. */
export interface HttpApiDeps {
  readonly app: AppKey & { readonly appId: string };
  readonly gateway: Gateway;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Pusher's HTTP API, for servers that send events: any Pusher library signs for it. What it says of channels and
 * users is what is connected to this node.
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
      routes.get('/channels/:name', async (request) => oneChannel(deps, nameOf(request)));
      routes.get('/channels/:name/users', async (request) => usersOf(deps, nameOf(request)));
      routes.post('/users/:name/terminate_connections', async (request) => {
        deps.gateway.terminate(nameOf(request));
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

function triggerEvent({ gateway }: HttpApiDeps, event: z.infer<typeof ServerEvent>): object {
  const { name, data, socket_id, channel, channels = [] } = event;
  const names = [...new Set([...channels, ...(channel === undefined ? [] : [channel])])];
  for (const each of names) checkEvent(each, data);
  for (const each of names) gateway.publish({ channel: each, event: name, data, except: socket_id });
  return {};
}

function triggerBatch({ gateway }: HttpApiDeps, { batch }: z.infer<typeof ServerBatch>): object {
  for (const { channel, data } of batch) checkEvent(channel, data);
  for (const { channel, name, data, socket_id } of batch)
    gateway.publish({ channel, event: name, data, except: socket_id });
  return {};
}

function checkEvent(channel: string, data: string): void {
  if (kindOf(channel) === null) throw problem('request.invalid', `"${channel}" is no channel name.`);
  if (Buffer.byteLength(data) > EVENT_DATA_BYTES_MAX) {
    throw problem('request.too_large', 'The data of an event is 10 KB at most.');
  }
}

function listChannels({ gateway }: HttpApiDeps, { filter_by_prefix = '', info = '' }: Query): object {
  if (info.split(',').includes('user_count') && !filter_by_prefix.startsWith('presence-')) {
    throw problem('request.invalid', 'user_count is of presence channels: filter_by_prefix=presence-…');
  }
  const open = [...gateway.channels.all()].filter(({ name }) => name.startsWith(filter_by_prefix));
  return { channels: Object.fromEntries(open.map((channel) => [channel.name, countsOf(channel)])) };
}

function oneChannel({ gateway }: HttpApiDeps, name: string): object {
  const channel = gateway.channels.get(name);
  return { occupied: channel !== undefined, ...(channel ? countsOf(channel) : { subscription_count: 0 }) };
}

function usersOf({ gateway }: HttpApiDeps, name: string): object {
  if (kindOf(name) !== 'presence') throw problem('request.invalid', 'Only presence channels have users.');
  const members = gateway.channels.get(name)?.members() ?? new Map<string, unknown>();
  return { users: [...members.keys()].map((id) => ({ id })) };
}

function countsOf(channel: Channel<Connection>): object {
  const isPresence = kindOf(channel.name) === 'presence';
  return {
    subscription_count: channel.size,
    ...(isPresence ? { user_count: channel.members().size } : {}),
  };
}

function nameOf(request: FastifyRequest): string {
  return (request.params as { name: string }).name;
}
