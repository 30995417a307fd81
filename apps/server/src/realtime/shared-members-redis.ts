import { Redis } from 'ioredis';
import { noteAbsence, type Log } from '../platform/index.ts';
import type { Member } from './channel.ts';
import type { Change, Shared, SharedMembers } from './shared-members.ts';
import { addUp, REMEMBERED_MS } from './shared-members.ts';

/** A node that has died is not asked for once its lease is over (6 s); its keys go a while later. */
const KEYS_LIVE_MS = 30_000;
const CONNECT_WITHIN_MS = 2_000;
/** Nobody waits longer for a subscription because a Redis takes connections and answers nothing. */
const ANSWER_WITHIN_MS = 5_000;

/** In Redis: for each node a hash of counts, and one of members for each of its presence channels. */
export function sharedInRedis(url: string, node: string, log: Log): Shared {
  const { redis, run, keys } = open(url, log);
  /** Presence channels with a hash of ours. */
  const written = new Set<string>();
  const clear = async (): Promise<void> => {
    await run([['del', keys.counts(node), ...[...written].map((channel) => keys.members(node, channel))]]);
    written.clear();
  };
  return {
    members: membersInRedis({ run, keys, node, written }),
    events: {
      async remember(channel, event) {
        await run([['set', keys.event(channel), event, 'PX', REMEMBERED_MS]]);
      },
      async recall(channel) {
        const [event] = await run([['get', keys.event(channel)]]);
        return event as string | null;
      },
    },
    clear,
    async close() {
      await clear().catch(() => undefined);
      redis.disconnect();
    },
  };
}

interface Place extends Pick<ReturnType<typeof open>, 'run' | 'keys'> {
  readonly node: string;
  /** Presence channels with a hash of ours. */
  readonly written: Set<string>;
}

function membersInRedis({ run, keys, node, written }: Place): SharedMembers {
  const own = keys.counts(node);
  return {
    async write(changes) {
      const commands = changes.flatMap((change) =>
        writing(change, { own, members: keys.members(node, change.channel) }),
      );
      for (const { channel, joined } of changes) if (joined.length > 0) written.add(channel);
      await run([...commands, ['pexpire', own, KEYS_LIVE_MS]]);
      for (const { channel, sockets } of changes) if (sockets === 0) written.delete(channel);
    },
    async renew(presenceChannels) {
      const renewals = presenceChannels.map((each) => ['pexpire', keys.members(node, each), KEYS_LIVE_MS]);
      const [there] = await run([['pexpire', own, KEYS_LIVE_MS], ...renewals]);
      return there === 1;
    },
    async members(channels, nodes) {
      const asked = channels.flatMap((channel) =>
        nodes.map((each) => ['hgetall', keys.members(each, channel)]),
      );
      const answers = (await run(asked)) as Record<string, string>[];
      return channels.map((_channel, at) =>
        answers.slice(at * nodes.length, (at + 1) * nodes.length).flatMap(membersOf),
      );
    },
    async counts(nodes, channels) {
      if (channels !== undefined && channels.length === 0) return new Map();
      const asked = nodes.map((each) =>
        channels === undefined ? ['hgetall', keys.counts(each)] : ['hmget', keys.counts(each), ...channels],
      );
      const answers = await run(asked);
      const counts = answers.flatMap((answer) =>
        channels === undefined
          ? Object.entries(answer as Record<string, string>)
          : channels.map((name, at) => [name, (answer as (string | null)[])[at] ?? '0'] as const),
      );
      return addUp(
        counts.map(([name, count]) => [name, Number(count)] as const).filter(([, count]) => count > 0),
      );
    },
  };
}

type Command = readonly (string | number)[];

function open(url: string, log: Log) {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    enableOfflineQueue: false,
    connectTimeout: CONNECT_WITHIN_MS,
    commandTimeout: ANSWER_WITHIN_MS,
  });
  noteAbsence([redis], log);
  const connected = redis.connect().catch(() => undefined);
  /** All of them or none, as one step: nobody sees half a move of somebody from one node to another. */
  const run = async (commands: readonly Command[]): Promise<unknown[]> => {
    if (commands.length === 0) return [];
    await connected;
    const answers = await redis.multi(commands.map((command) => [...command])).exec();
    return (answers ?? []).map(([error, value]) => {
      if (error) throw error;
      return value;
    });
  };
  const space = `latido:${redis.options.db ?? 0}`;
  const keys = {
    counts: (node: string): string => `${space}:channels:${node}`,
    members: (node: string, channel: string): string => `${space}:members:${node}:${channel}`,
    event: (channel: string): string => `${space}:event:${channel}`,
  };
  return { redis, run, keys };
}

function writing(change: Change, keys: { own: string; members: string }): Command[] {
  const { channel, sockets, joined, left } = change;
  const commands: Command[] = [
    sockets > 0 ? ['hset', keys.own, channel, sockets] : ['hdel', keys.own, channel],
  ];
  if (left.length > 0) commands.push(['hdel', keys.members, ...left]);
  if (joined.length > 0) {
    const fields = joined.flatMap(({ userId, userInfo }) => [userId, JSON.stringify(userInfo ?? null)]);
    commands.push(['hset', keys.members, ...fields], ['pexpire', keys.members, KEYS_LIVE_MS]);
  }
  return commands;
}

function membersOf(hash: Record<string, string>): Member[] {
  return Object.entries(hash).map(([userId, info]) => ({ userId, userInfo: JSON.parse(info) as unknown }));
}
