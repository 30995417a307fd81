import { CHANNEL_NAME_MAX, type ErrorCode } from '@latido/protocol';
import { z } from 'zod';
import { parseCursor, type From } from '../inbox/index.ts';
import type { Log } from '../platform/index.ts';
import { inboxOwner, kindOf, type Hub, type MayJoin, type Member } from '../realtime/index.ts';
import { memberOf, type Client, type Owner } from './client.ts';

/** What `emit('subscribe', …)` carries. */
const Subscribe = z.object({
  channel: z.string(),
  /** Of an inbox: a cursor, or null for what is not acknowledged; without it, what comes from now on. */
  after: z.string().max(100).nullish(),
  /** Laravel Echo's: the headers that it would send to an auth route. Null counts as left out, and so do headers that are none. */
  auth: z
    .object({ headers: z.record(z.string(), z.unknown()).optional().catch(undefined) })
    .loose()
    .nullish()
    .transform((given) => given ?? undefined),
});

/** The answer to a subscribe. */
export interface SubscribeAck {
  readonly ok: boolean;
  /** Why not, by the table of errors. */
  readonly code?: ErrorCode;
}

export interface SubscribeDeps {
  readonly mayJoin: MayJoin;
  readonly hub: Hub;
  readonly log: Log;
  /** Tabs of an app show much; beyond it somebody tries names. */
  readonly channelsMax: number;
  /** Who is behind the headers that came with a subscribe. */
  readonly whoIs: (authorization: string) => Promise<Owner | null>;
}

/** `subscribe`: asks the one authorizer, then joins. */
export async function subscribe(deps: SubscribeDeps, client: Client, asked: unknown): Promise<SubscribeAck> {
  const wish = Subscribe.safeParse(asked);
  if (!wish.success || kindOf(wish.data.channel) === null) return refused('request.invalid');
  const { channel } = wish.data;
  if (client.channels.has(channel)) return { ok: true };
  if (channel.length > CHANNEL_NAME_MAX || !client.claims(channel, deps.channelsMax))
    return refused('request.rate_limited');
  try {
    return await admit(deps, client, wish.data);
  } finally {
    client.release(channel);
  }
}

async function admit(
  deps: SubscribeDeps,
  client: Client,
  { channel, after, auth }: z.infer<typeof Subscribe>,
): Promise<SubscribeAck> {
  const from = fromOf(after);
  if (from === null) return refused('cursor.invalid');
  const joiner = await joinerOf(deps, client, auth?.headers);
  if (kindOf(channel) !== 'public') {
    if (joiner === null) return refused('auth.required');
    if (!(await deps.mayJoin(joiner, channel))) return refused('channel.forbidden');
  }
  client.speak(channel, auth === undefined ? 'payload' : 'echo');
  const owner = inboxOwner(channel);
  if (owner === null) return await join(deps, client, { channel, joiner });
  if (!(await joinInbox(deps, client, { channel, owner, from }))) return refused('database.unavailable');
  return { ok: true };
}

async function join(
  { hub }: SubscribeDeps,
  client: Client,
  { channel, joiner }: { channel: string; joiner: Owner | null },
): Promise<SubscribeAck> {
  let answer: SubscribeAck = { ok: true };
  const isPresence = kindOf(channel) === 'presence' && joiner !== null;
  const member: Member | null = isPresence
    ? { userId: joiner.personId, userInfo: { name: joiner.name } }
    : null;
  await hub.join(client, {
    name: channel,
    member,
    joined() {
      if (!isPresence) return;
      const members = [...hub.members.membersOf(channel)].map(([id, { userInfo }]) => memberOf(id, userInfo));
      client.emit(channel, client.isEchoIn(channel) ? 'presence:subscribed' : 'members', members);
    },
    full: () => (answer = refused('request.rate_limited')),
  });
  return answer;
}

async function joinInbox(
  { hub, log }: SubscribeDeps,
  client: Client,
  { channel, owner, from }: { channel: string; owner: string; from: From },
): Promise<boolean> {
  try {
    await hub.joinInbox(client, {
      name: channel,
      recipientId: owner,
      from,
      joined: () => undefined,
      deliver: (notices) => notices.forEach((notice) => client.notice(channel, notice)),
      lost: (cursor) => client.lost(channel, cursor),
    });
    return true;
  } catch (error) {
    log.warn({ err: error }, 'an inbox could not be attached');
    return false;
  }
}

/** Who asks: whoever's token came with the subscribe, else whoever connected. */
async function joinerOf(
  { whoIs }: SubscribeDeps,
  client: Client,
  headers: Readonly<Record<string, unknown>> = {},
): Promise<Owner | null> {
  const authorization = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  if (typeof authorization !== 'string') return client.owner;
  const guest = await whoIs(authorization);
  if (guest) client.guests.set(guest.sessionId ?? guest.personId, guest);
  return guest;
}

function fromOf(after: string | null | undefined): From | null {
  if (after === undefined) return 'now';
  if (after === null || after === '') return 'stored';
  return after === '0' ? 'start' : parseCursor(after);
}

function refused(code: ErrorCode): SubscribeAck {
  return { ok: false, code };
}
