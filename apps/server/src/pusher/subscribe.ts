import type { z } from 'zod';
import { CHANNEL_NAME_MAX, INBOX_RESET, InboxFrom, PusherSubscribe } from '@latido/protocol';
import { parseCursor, type From } from '../inbox/index.ts';
import type { Log } from '../platform/index.ts';
import { inboxOwner, kindOf, type Hub, type Member } from '../realtime/index.ts';
import { inHub } from './apps.ts';
import type { Connection } from './connection.ts';
import { errorFrame, eventFrame } from './frame.ts';
import { readJson } from './json.ts';
import { MEMBER_ID_MAX, PresenceMember } from './member.ts';
import { sameText, signChannel } from './signature.ts';

export interface SubscribeDeps {
  readonly hub: Hub;
  readonly log: Log;
  /** How many channels one socket may be in. */
  readonly channelsMax: number;
  /** Sends a socket away, to ask again for what it could not get now. */
  readonly comeBack: (connection: Connection) => void;
}

type Subscribe = z.infer<typeof PusherSubscribe>;

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
  const name = inHub(connection.app, wish.channel);
  if (deps.hub.channels.get(name)?.has(connection.socketId)) return succeed(deps, connection, wish.channel);
  // It is being joined: its answer comes.
  if (connection.channels.has(name)) return;
  if (connection.channels.size >= deps.channelsMax)
    return refuseFull(connection, wish.channel, `a connection may be in ${deps.channelsMax} channels`);
  if (kind === 'server-to-user' && wish.channel !== `#server-to-user-${connection.user?.userId ?? ''}`) {
    return refuse(connection, wish.channel, 'sign in as this user first');
  }
  if ((kind === 'private' || kind === 'presence') && !isSigned(connection, wish)) {
    return refuse(connection, wish.channel, 'the signature does not fit');
  }
  if (kind !== 'public') connection.isAuthorized = true;
  if (kind === 'presence') return await joinPresence(deps, connection, wish);
  const owner = connection.app.isOwn ? inboxOwner(wish.channel) : null;
  if (owner !== null) return await joinInbox(deps, connection, { wish, owner });
  await join(deps, connection, wish.channel);
}

function isSigned({ app, socketId }: Connection, { channel, auth, channel_data }: Subscribe): boolean {
  return sameText(auth ?? '', signChannel(app, { socketId, channel, channelData: channel_data }));
}

async function joinPresence(deps: SubscribeDeps, connection: Connection, wish: Subscribe): Promise<void> {
  // Who has signed in on the socket is known, and need not be named again.
  if (wish.channel_data === undefined && connection.user !== null)
    return await join(deps, connection, wish.channel, connection.user);
  const member = PresenceMember.safeParse(readJson(wish.channel_data));
  if (!member.success) {
    const wanted = `user_id (${MEMBER_ID_MAX} characters at most) and user_info (1 KB at most)`;
    return refuse(connection, wish.channel, `a presence channel wants channel_data with ${wanted}`);
  }
  const { user_id: userId, user_info: userInfo } = member.data;
  await join(deps, connection, wish.channel, { userId, userInfo });
}

async function join(
  deps: SubscribeDeps,
  connection: Connection,
  ...[name, member = null]: [name: string, member?: Member | null]
): Promise<void> {
  await deps.hub.join(connection, {
    name: inHub(connection.app, name),
    member,
    joined: () => succeed(deps, connection, name),
    full: () => refuseFull(connection, name, 'the channel has as many members as it may have'),
  });
}

async function joinInbox(
  deps: SubscribeDeps,
  connection: Connection,
  { wish, owner }: { wish: Subscribe; owner: string },
): Promise<void> {
  const { channel } = wish;
  const from = fromOf(wish.channel_data);
  if (from === null)
    return refuse(connection, channel, 'channel_data wants {"after": a cursor of ours, or null}');
  const say = (event: string, data: unknown): void => connection.send(eventFrame({ event, channel, data }));
  try {
    await deps.hub.joinInbox(connection, {
      name: channel,
      recipientId: owner,
      from,
      joined: () => succeed(deps, connection, channel),
      deliver: (notices) =>
        notices.forEach((notice) =>
          connection.give(eventFrame({ event: notice.type, channel, data: notice })),
        ),
      lost: (cursor) => say(INBOX_RESET, { cursor }),
    });
  } catch (error) {
    deps.log.warn({ err: error }, 'an inbox could not be attached');
    const data = { type: 'ServerError', error: 'the inbox cannot be read now, try again', status: 503 };
    say('pusher:subscription_error', data);
    deps.comeBack(connection);
  }
}

function fromOf(channelData: string | undefined): From | null {
  if (channelData === undefined) return 'now';
  const parsed = InboxFrom.safeParse(readJson(channelData));
  if (!parsed.success) return null;
  return parsed.data.after === null ? 'stored' : parseCursor(parsed.data.after);
}

function succeed({ hub }: SubscribeDeps, connection: Connection, name: string): void {
  const isPresence = kindOf(name) === 'presence';
  const members = isPresence ? [...hub.members.membersOf(inHub(connection.app, name))] : [];
  const hash = Object.fromEntries(members.map(([id, { userInfo }]) => [id, userInfo ?? {}]));
  const ids = members.map(([id]) => id);
  const data = isPresence ? { presence: { count: ids.length, ids, hash } } : {};
  connection.send(eventFrame({ event: 'pusher_internal:subscription_succeeded', channel: name, data }));
}

function refuse(connection: Connection, channel: string, error: string): void {
  const data = { type: 'AuthError', error, status: 401 };
  connection.send(eventFrame({ event: 'pusher:subscription_error', channel, data }));
  connection.send(errorFrame(null, error));
}

function refuseFull(connection: Connection, channel: string, error: string): void {
  const data = { type: 'LimitReached', error, status: 429 };
  connection.send(eventFrame({ event: 'pusher:subscription_error', channel, data }));
  connection.send(errorFrame(null, error));
}
