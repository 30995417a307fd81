import { z } from 'zod';
import { CHANNEL_NAME_MAX, INBOX_RESET, InboxFrom, PUSHER_CODES, PusherSubscribe } from '@latido/protocol';
import { parseCursor, type From } from '../notifications/index.ts';
import type { Log } from '../platform/index.ts';
import type { Census } from './census.ts';
import type { Channels, Member } from './channel.ts';
import { inboxOwner, isCacheChannel, kindOf } from './channel.ts';
import type { Connection } from './connection.ts';
import { errorFrame, eventFrame } from './frame.ts';
import type { Feed, InboxFeeds } from './inbox-feeds.ts';
import type { LastEvents } from './last-events.ts';
import type { AppKey } from './signature.ts';
import { sameText, signChannel } from './signature.ts';

/** What subscribing needs. */
export interface SubscribeDeps {
  readonly app: AppKey;
  readonly channels: Channels<Connection>;
  readonly census: Census<Connection>;
  readonly lastEvents: LastEvents;
  readonly inboxes: InboxFeeds;
  readonly feeds: WeakMap<Connection, Map<string, Feed>>;
  readonly log: Log;
}

type Subscribe = z.infer<typeof PusherSubscribe>;

const PresenceMember = z.object({
  user_id: z.union([z.string().min(1), z.number()]).transform(String),
  user_info: z.unknown().optional(),
});

/** `pusher:subscribe`: checks the name and the signature, then joins. */
export async function subscribe(deps: SubscribeDeps, connection: Connection, data: unknown): Promise<void> {
  const parsed = PusherSubscribe.safeParse(data);
  if (!parsed.success)
    return refuse(connection, '', 'pusher:subscribe wants {channel, auth?, channel_data?}');
  const wish = parsed.data;
  const kind = kindOf(wish.channel);
  if (kind === null) {
    return refuse(
      connection,
      wish.channel,
      `not a channel name (${CHANNEL_NAME_MAX} of A-Z a-z 0-9 _-=@,.;)`,
    );
  }
  if (deps.channels.get(wish.channel)?.has(connection.socketId))
    return succeed(deps, connection, wish.channel);
  // It is being joined: its answer comes.
  if (connection.channels.has(wish.channel)) return;
  if (kind === 'server-to-user' && wish.channel !== `#server-to-user-${connection.userId ?? ''}`) {
    return refuse(connection, wish.channel, 'sign in as this user first');
  }
  if ((kind === 'private' || kind === 'presence') && !isSigned(deps.app, connection.socketId, wish)) {
    return refuse(connection, wish.channel, 'the signature does not fit');
  }
  if (kind === 'presence') return await joinPresence(deps, connection, wish);
  const owner = inboxOwner(wish.channel);
  if (owner !== null) return await joinInbox(deps, connection, { wish, owner });
  await join(deps, connection, { name: wish.channel, member: null });
}

/** Takes a socket out of a channel, and tells the others when its member is gone by that. */
export function unsubscribe(deps: SubscribeDeps, connection: Connection, name: string): void {
  connection.channels.delete(name);
  deps.feeds.get(connection)?.get(name)?.detach();
  deps.feeds.get(connection)?.delete(name);
  const left = deps.channels.leave(name, connection.socketId);
  if (left) deps.census.left(left.channel, left.gone);
}

function isSigned(app: AppKey, socketId: string, { channel, auth, channel_data }: Subscribe): boolean {
  return sameText(auth ?? '', signChannel(app, { socketId, channel, channelData: channel_data }));
}

async function joinPresence(deps: SubscribeDeps, connection: Connection, wish: Subscribe): Promise<void> {
  const member = PresenceMember.safeParse(json(wish.channel_data));
  if (!member.success)
    return refuse(connection, wish.channel, 'a presence channel wants channel_data with user_id');
  const { user_id: userId, user_info: userInfo } = member.data;
  await join(deps, connection, { name: wish.channel, member: { userId, userInfo } });
}

interface Joining {
  readonly name: string;
  readonly member: Member | null;
}

/** Waits only for what other nodes know: the members of a presence channel, the last event of a cache channel. */
async function join(deps: SubscribeDeps, connection: Connection, { name, member }: Joining): Promise<void> {
  const { census, lastEvents } = deps;
  connection.channels.add(name);
  if (isCacheChannel(name)) await lastEvents.load(name);
  if (member !== null && census.isUnknown(name)) await census.load(name);
  if (!connection.channels.has(name) || connection.socket.readyState > 1) return census.forget(name);
  const channel = deps.channels.open(name);
  const isNew = channel.add(connection, member);
  succeed(deps, connection, name);
  census.joined(channel, connection.socketId, isNew ? member : null);
  if (isCacheChannel(name)) connection.send(lastEvents.frameFor(name));
}

/** What is in the inbox follows the acknowledgement; what is told after it is delivered, whatever happens in between. */
async function joinInbox(
  deps: SubscribeDeps,
  connection: Connection,
  { wish, owner }: { wish: Subscribe; owner: string },
): Promise<void> {
  const { channel } = wish;
  const from = fromOf(wish.channel_data);
  if (from === null)
    return refuse(connection, channel, 'channel_data wants {"after": a cursor of ours, or null}');
  connection.channels.add(channel);
  const say = (event: string, data: unknown): void => connection.send(eventFrame({ event, channel, data }));
  try {
    const feed = await deps.inboxes.attach({
      recipientId: owner,
      from,
      deliver: (notices) => notices.forEach((notice) => say(notice.type, notice)),
      lost: (cursor) => say(INBOX_RESET, { cursor }),
    });
    if (!connection.channels.has(channel) || connection.socket.readyState > 1) return feed.detach();
    const feeds = deps.feeds.get(connection) ?? new Map<string, Feed>();
    deps.feeds.set(connection, feeds.set(channel, feed));
    const open = deps.channels.open(channel);
    open.add(connection, null);
    deps.census.joined(open, connection.socketId, null);
    succeed(deps, connection, channel);
    feed.start();
  } catch (error) {
    connection.channels.delete(channel);
    deps.log.warn({ err: error }, 'an inbox could not be attached');
    const data = { type: 'ServerError', error: 'the inbox cannot be read now, try again', status: 503 };
    say('pusher:subscription_error', data);
  }
}

function fromOf(channelData: string | undefined): From | null {
  if (channelData === undefined) return 'now';
  const parsed = InboxFrom.safeParse(json(channelData));
  if (!parsed.success) return null;
  return parsed.data.after === null ? 'stored' : parseCursor(parsed.data.after);
}

function succeed({ census }: SubscribeDeps, connection: Connection, name: string): void {
  const isPresence = kindOf(name) === 'presence';
  const members = isPresence ? [...census.membersOf(name)] : [];
  const hash = Object.fromEntries(members.map(([id, { userInfo }]) => [id, userInfo ?? {}]));
  const ids = members.map(([id]) => id);
  const data = isPresence ? { presence: { count: ids.length, ids, hash } } : {};
  connection.send(eventFrame({ event: 'pusher_internal:subscription_succeeded', channel: name, data }));
}

function refuse(connection: Connection, channel: string, error: string): void {
  const data = { type: 'AuthError', error, status: 401 };
  connection.send(eventFrame({ event: 'pusher:subscription_error', channel, data }));
  connection.send(errorFrame(PUSHER_CODES.unauthorized, error));
}

function json(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
