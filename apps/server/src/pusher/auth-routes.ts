import { ChannelAuth, ChannelAuthRequest, RealtimeApp, UserAuthRequest } from '@latido/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../platform/index.ts';
import { addressKey, asAppError, problem } from '../platform/index.ts';
import { inboxOwner, isEncrypted, kindOf, type Joiner, type MayJoin, type Who } from '../realtime/index.ts';
import { takeForms } from './bodies.ts';
import type { Refusals } from './refusals.ts';
import type { AppKey } from './signature.ts';
import { channelSecret, signChannel, signUser } from './signature.ts';

/** What the routes need. */
export interface AuthDeps {
  /** With the master key of its encrypted channels, where it has one. */
  readonly app: AppKey & { readonly encryptionKey?: string | undefined };
  readonly mayJoin: MayJoin;
  readonly access: Who;
  /** Told whose socket it is: whoever's session signs its subscribes. */
  readonly bind: (socketId: string, joiner: Joiner) => void;
  readonly refusals: Refusals;
  /** Has a socket ask again, because it could not be answered now; where that was a limit, after the ms that it lasts. */
  readonly comeBack: (socketId: string, limitMs?: number) => void;
}

/**
 * Signs the subscribe of a socket for whoever may join the channel.
 *
 * @throws AppError `channel.forbidden`
 */
export async function authorizeChannel(
  { app, mayJoin }: Pick<AuthDeps, 'app' | 'mayJoin'>,
  joiner: Joiner,
  request: ChannelAuthRequest,
): Promise<ChannelAuth> {
  const { socket_id: socketId, channel_name: channel } = request;
  if (!(await mayJoin(joiner, channel))) {
    throw problem('channel.forbidden', `The channel ${channel} is not open to you.`);
  }
  const channelData = channelDataOf(joiner, request);
  const auth = signChannel(app, { socketId, channel, channelData });
  const secret =
    app.encryptionKey !== undefined && isEncrypted(channel)
      ? { shared_secret: channelSecret(app.encryptionKey, channel) }
      : {};
  return { auth, ...(channelData === undefined ? {} : { channel_data: channelData }), ...secret };
}

/** What one caller may ask in a minute, granted or not; who is refused meets {@link Refusals} long before. */
const config = {
  // Behind the body, so that whoever cannot be told from a stranger now is sent to ask again, too.
  rateLimit: { max: 6_000, timeWindow: '1 minute', hook: 'preHandler' as const },
};

type ChannelAuthRequest = z.infer<typeof ChannelAuthRequest>;

function channelDataOf(joiner: Joiner, { channel_name, after }: ChannelAuthRequest): string | undefined {
  if (kindOf(channel_name) === 'presence') {
    return JSON.stringify({ user_id: joiner.personId, user_info: { name: joiner.name } });
  }
  // Asked without `after`, an inbox is live from now on, as any channel of Pusher's is.
  if (inboxOwner(channel_name) === null || after === undefined) return undefined;
  return JSON.stringify({ after: after === '' ? null : after });
}

/** Answers whoever asks, and counts whom it refuses: a person, or an address of strangers. */
async function judged<T>(
  { access, refusals }: AuthDeps,
  request: FastifyRequest,
  answer: (joiner: Joiner) => Promise<T>,
): Promise<T> {
  let caller = addressKey(request.ip);
  try {
    const joiner = await access.require(request);
    caller = joiner.personId;
    refusals.check(caller);
    return await answer(joiner);
  } catch (error) {
    const { status } = asAppError(error);
    if (status !== 401 && status !== 403) throw error;
    refusals.check(caller);
    refusals.add(caller);
    throw error;
  }
}

/** Clients ask once for each subscription: without this the channel of whoever was not judged would be dead for good. */
function askAgain(
  { comeBack }: AuthDeps,
  { request, reply, error }: { request: FastifyRequest; reply: FastifyReply; error: Error },
): void {
  const { socket_id: socketId } = (request.body ?? {}) as { socket_id?: unknown };
  if (typeof socketId !== 'string') return;
  const { status, extra } = asAppError(error);
  if (status >= 500) comeBack(socketId);
  if (status === 429)
    comeBack(socketId, Number(extra['retryAfterS'] ?? reply.getHeader('retry-after')) * 1_000);
}

/** `GET /api/v1/realtime`, `POST /broadcasting/auth`, `/pusher/auth` and their user forms; bodies as JSON or as forms. */
export function authRoutes(app: App, deps: AuthDeps): void {
  app.get('/api/v1/realtime', { schema: { response: { 200: RealtimeApp } } }, async () => ({
    key: deps.app.key,
  }));
  void app.register(async (scope) => {
    const routes = scope as App;
    takeForms(routes);
    routes.addHook('onError', async (request, reply, error) => askAgain(deps, { request, reply, error }));
    for (const path of ['/broadcasting/auth', '/pusher/auth']) {
      const schema = { body: ChannelAuthRequest, response: { 200: ChannelAuth } };
      routes.post(path, { schema, config }, async (request) =>
        judged(deps, request, async (joiner) => {
          const answer = await authorizeChannel(deps, joiner, request.body);
          deps.bind(request.body.socket_id, joiner);
          return answer;
        }),
      );
    }
    for (const path of ['/broadcasting/user-auth', '/pusher/user-auth']) {
      const response = { 200: z.object({ auth: z.string(), user_data: z.string() }) };
      routes.post(path, { schema: { body: UserAuthRequest, response }, config }, async (request) =>
        judged(deps, request, async (joiner) => {
          const { personId, name } = joiner;
          deps.bind(request.body.socket_id, joiner);
          const userData = JSON.stringify({ id: personId, user_info: { name } });
          const socketId = request.body.socket_id;
          return { auth: signUser(deps.app, { socketId, userData }), user_data: userData };
        }),
      );
    }
  });
}
