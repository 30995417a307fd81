import { createHmac } from 'node:crypto';
import { join, resolve } from 'node:path';
import { disagreeing, missing } from './setting-faults.ts';
import { unknownNames } from './setting-names.ts';
import { filesConfig, type FilesConfig } from './settings-files.ts';
import { settings, type Settings } from './settings.ts';
import { weakSecrets } from './weak-secrets.ts';
import type { Env } from './setting-kinds.ts';

/** What the settings say, read once at the start. */
export interface Config {
  development: boolean;
  port: number;
  host: string;
  /** Without a slash at its end. */
  publicUrl: string;
  /** Origins that may send cookies and open sockets; the public URL's is one of them. */
  origins: string[];
  trustProxy: string[];
  dataDir: string;
  /** Folder of the embedded database, inside the data folder; its lock lies beside it. */
  databaseDir: string;
  databaseUrl?: string;
  poolSize: number;
  redisUrl?: string;
  livekitUrl?: string;
  livekitApiKey?: string;
  livekitApiSecret?: string;
  /** Every API key and the secrets that are accepted for it. */
  livekitKeys: Map<string, string[]>;
  livekitMetricsUrl?: string;
  /** One more secret of the API key; `livekitKeys` has it already where there is a key. */
  livekitWebhookSecret?: string;
  reverb: {
    appId: string;
    key: string;
    secret: string;
    /** Master key of encrypted channels, base64. */
    encryptionKey?: string;
    /** Where a team's own backend is told of its channels, and what of. */
    webhook?: { url: string; events: string[] };
  };
  /** More apps of the Pusher protocol, each with channels of its own. */
  apps: { appId: string; key: string; secret: string; webhook?: { url: string; events: string[] } }[];
  /** Signs sign-ins and tickets. */
  authSecret: string;
  /** The JWTs of a team's own sign-in; absent: none are taken. */
  teamJwt?: { secret?: string; jwksUrl?: string; issuer?: string; audience?: string };
  /** Who takes the money for coins; absent: nobody. */
  stripe?: { secretKey: string; webhookSecret: string; apiUrl?: string };
  /** How old a charge must be before its share can be paid out. */
  earningsDelayMs: number;
  webhookAllow: string[];
  metricsAllow: string[];
  demoPassword?: string;
  graceMs: number;
  /** How long a call rings at whoever is called. */
  ringMs: number;
  /** From acceptance to both being in the room: a token, a socket, and a camera that is open already. */
  connectMs: number;
  cutAfterMs: number;
  /** Whether time of a settled call that is proven only later is charged; what was too much is given back in any case. */
  chargesLate: boolean;
  /** Whether paid calls end while the database does not answer. */
  endsUnbilled: boolean;
  tokenTtlMs: number;
  inboxKeepMs: number;
  /** When notices go to devices, and to which addresses that are not public. */
  push: { afterMs: number; allow: string[] };
  /** How long signed webhooks that could not be read are kept. */
  unreadableKeepMs: number;
  /** How long facts of calls and stays that are over are kept. */
  factsKeepMs: number;
  /** How long commands that were done are remembered. */
  outboxKeepMs: number;
  /** Where files that people send lie, and how much of them. */
  files: FilesConfig;
  /** The lender's time zone, and how many days before it is due a credit needs somebody. */
  collections: { timeZone: string; soonDays: number };
  /** Where recordings lie, how long, how many are made at once, and what writes them. */
  recordings: { dir: string; keepMs: number; max: number; ffmpeg: string; byEgress: boolean };
  /** What clients of the doors may have and do. */
  ceilings: {
    socketsOfAnAddress: number;
    channelsOfASocket: number;
    framesPerSecond: number;
    membersOfAChannel: number;
    /** Requests that send, of one app and of one API key. */
    eventsPerMinute: number;
    noticesPerMinute: number;
    /** How long a member of a channel whose last socket was lost is still shown. */
    lingerMs: number;
    /** How long a connection may be nobody's; 0: for ever. */
    unauthorizedMs: number;
  };
  /** Who may join the channels that a team has named itself; the secret signs what its own system is asked. */
  teamChannels: { rules: string[]; authUrl?: string; secret: string };
  /** Over how long sockets are sent away when the server ends. */
  drainMs: number;
  /** Whether sockets are told how many are in a channel. */
  subscriptionCount: boolean;
  /** Whether clients of Engine.IO 3 are taken at `/socket.io/`. */
  socketIoEio3: boolean;
  logLevel: string;
}

/** Settings that cannot be used; the message says which and what to do. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Reads the settings.
 *
 * Secrets have no default in production. In development, `authSecret` and LiveKit's key are empty here when they are
 * not set: `withDevelopmentSecrets` makes them and keeps them.
 *
 * @throws ConfigError naming every setting that does not fit
 */
export function loadConfig(env: Env): Config {
  const given = Object.fromEntries(
    Object.entries(env).flatMap(([key, text]) => (text?.trim() ? [[key, text.trim()]] : [])),
  );
  const { data, error } = settings.safeParse(given);
  const wrong = [
    ...unknownNames(Object.keys(env)),
    ...(error?.issues ?? []).map(({ path, message }) => `${String(path[0])} ${message}`),
    ...disagreeing(given, data),
    ...(given['NODE_ENV'] === 'production' ? [...missing(given), ...weakSecrets(given)] : []),
  ];
  if (!data || wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  return configOf(data);
}

function configOf(set: Settings): Config {
  const development = set.NODE_ENV !== 'production';
  const publicUrl = (set.LATIDO_PUBLIC_URL ?? `http://localhost:${set.PORT}`).replace(/\/+$/, '');
  const dataDir = resolve(set.LATIDO_DATA_DIR);
  const authSecret = set.LATIDO_AUTH_SECRET ?? '';
  const optional = {
    databaseUrl: set.DATABASE_URL,
    redisUrl: set.REDIS_URL,
    livekitUrl: (set.LIVEKIT_URL ?? set.LIVEKIT_WS_URL)?.replace(/^http/, 'ws').replace(/\/+$/, ''),
    livekitApiKey: set.LIVEKIT_API_KEY,
    livekitApiSecret: set.LIVEKIT_API_SECRET,
    livekitMetricsUrl: set.LIVEKIT_METRICS_URL,
    livekitWebhookSecret: set.LIVEKIT_WEBHOOK_SECRET,
    demoPassword: set.LATIDO_DEMO_PASSWORD,
    teamJwt: teamJwtOf(set),
    stripe: stripeOf(set),
  };
  return {
    development,
    port: set.PORT,
    host: set.LATIDO_HOST ?? (development ? '127.0.0.1' : '0.0.0.0'),
    publicUrl,
    origins: [...new Set([publicUrl, ...(set.LATIDO_ORIGINS ?? [])].map(originOf))],
    trustProxy: set.LATIDO_TRUST_PROXY ?? [],
    dataDir,
    databaseDir: join(dataDir, 'database'),
    poolSize: set.LATIDO_POOL_SIZE,
    livekitKeys: acceptedKeys({
      apiKey: set.LIVEKIT_API_KEY,
      apiSecret: set.LIVEKIT_API_SECRET,
      more: set.LIVEKIT_KEYS,
      webhook: set.LIVEKIT_WEBHOOK_SECRET,
    }),
    reverb: reverbOf(set, authSecret),
    apps: appsOf(set),
    authSecret,
    earningsDelayMs: set.LATIDO_EARNINGS_DELAY_MS ?? (development ? 0 : EARNINGS_DELAY_MS),
    webhookAllow: set.LATIDO_WEBHOOK_ALLOW ?? [],
    metricsAllow: set.LATIDO_METRICS_ALLOW ?? [],
    graceMs: set.LATIDO_GRACE_MS,
    ringMs: set.LATIDO_RING_MS,
    connectMs: set.LATIDO_CONNECT_MS,
    cutAfterMs: set.LATIDO_CUT_AFTER_MS,
    chargesLate: set.LATIDO_ADJUSTMENTS === 'both',
    endsUnbilled: set.LATIDO_ON_LEDGER_DOWN === 'terminate',
    tokenTtlMs: set.LATIDO_TOKEN_TTL_MS,
    ceilings: ceilingsOf(set),
    teamChannels: {
      rules: set.LATIDO_CHANNEL_RULES ?? [],
      secret: set.REVERB_APP_SECRET ?? derivedSecret(authSecret, 'reverb'),
      ...withoutUnset({ authUrl: set.LATIDO_CHANNEL_AUTH_URL }),
    },
    drainMs: set.LATIDO_DRAIN_MS,
    socketIoEio3: set.LATIDO_SOCKET_IO_EIO3 ?? false,
    subscriptionCount: set.LATIDO_SUBSCRIPTION_COUNT ?? false,
    collections: { timeZone: set.LATIDO_TIME_ZONE, soonDays: set.LATIDO_CREDIT_SOON_DAYS },
    files: filesConfig(set, dataDir),
    recordings: recordingsOf(set, dataDir),
    push: { afterMs: set.LATIDO_PUSH_AFTER_MS, allow: set.LATIDO_PUSH_ALLOW ?? [] },
    inboxKeepMs: set.LATIDO_INBOX_KEEP_MS,
    unreadableKeepMs: set.LATIDO_UNREADABLE_KEEP_MS,
    factsKeepMs: set.LATIDO_FACTS_KEEP_MS,
    outboxKeepMs: set.LATIDO_OUTBOX_KEEP_MS,
    logLevel: set.LATIDO_LOG_LEVEL ?? (development ? 'warn' : 'info'),
    ...withoutUnset(optional),
  };
}

/** Long enough for most of what is taken back to be taken back before it was paid out. */
const EARNINGS_DELAY_MS = 172_800_000;

function reverbOf(set: Settings, authSecret: string): Config['reverb'] {
  const url = set.LATIDO_CHANNEL_WEBHOOK_URL;
  return {
    appId: set.REVERB_APP_ID,
    key: set.REVERB_APP_KEY,
    secret: set.REVERB_APP_SECRET ?? derivedSecret(authSecret, 'reverb'),
    ...withoutUnset({
      encryptionKey: set.REVERB_APP_ENCRYPTION_KEY,
      webhook: url === undefined ? undefined : { url, events: set.LATIDO_CHANNEL_WEBHOOK_EVENTS },
    }),
  };
}

function appsOf(set: Settings): Config['apps'] {
  const events = set.LATIDO_CHANNEL_WEBHOOK_EVENTS;
  return (set.LATIDO_APPS ?? []).map(({ url, ...app }) => ({
    ...app,
    ...withoutUnset({ webhook: url === undefined ? undefined : { url, events } }),
  }));
}

function ceilingsOf(set: Settings): Config['ceilings'] {
  return {
    socketsOfAnAddress: set.LATIDO_SOCKETS_PER_ADDRESS,
    channelsOfASocket: set.LATIDO_CHANNELS_PER_SOCKET,
    framesPerSecond: set.LATIDO_FRAMES_PER_SECOND,
    eventsPerMinute: set.LATIDO_EVENTS_PER_MINUTE,
    noticesPerMinute: set.LATIDO_NOTICES_PER_MINUTE,
    membersOfAChannel: set.LATIDO_MEMBERS_PER_CHANNEL,
    lingerMs: set.LATIDO_MEMBERS_LINGER_MS,
    unauthorizedMs: set.LATIDO_UNAUTHORIZED_MS,
  };
}

function stripeOf(set: Settings): Config['stripe'] {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_API_URL: apiUrl } = set;
  if (secretKey === undefined || webhookSecret === undefined) return undefined;
  return { secretKey, webhookSecret, ...withoutUnset({ apiUrl }) };
}

function teamJwtOf(set: Settings): Config['teamJwt'] {
  const secret = set.LATIDO_JWT_SECRET;
  const jwksUrl = set.LATIDO_JWT_JWKS_URL;
  if (secret === undefined && jwksUrl === undefined) return undefined;
  return withoutUnset({ secret, jwksUrl, issuer: set.LATIDO_JWT_ISSUER, audience: set.LATIDO_JWT_AUDIENCE });
}

function withoutUnset<T extends object>(of: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const given = Object.entries(of).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]?: NonNullable<T[K]> };
}

/** A secret for one purpose, made from the main one, so that one setting is enough. */
export function derivedSecret(secret: string, purpose: string): string {
  return secret === '' ? '' : createHmac('sha256', secret).update(`latido ${purpose}`).digest('hex');
}

/** The keys that a webhook may be signed with. */
export function acceptedKeys(of: {
  apiKey: string | undefined;
  apiSecret: string | undefined;
  more?: readonly (readonly [key: string, secret: string])[] | undefined;
  webhook?: string | undefined;
}): Map<string, string[]> {
  const keys = new Map<string, string[]>();
  const add = (key: string, secret: string): void => {
    const secrets = keys.get(key) ?? [];
    if (!secrets.includes(secret)) keys.set(key, [...secrets, secret]);
  };
  if (of.apiKey && of.apiSecret) add(of.apiKey, of.apiSecret);
  for (const [key, secret] of of.more ?? []) add(key, secret);
  if (of.webhook) for (const key of of.apiKey ? [of.apiKey] : [...keys.keys()]) add(key, of.webhook);
  return keys;
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

function recordingsOf(set: Settings, dataDir: string): Config['recordings'] {
  return {
    dir: set.LATIDO_RECORDINGS_DIR ? resolve(set.LATIDO_RECORDINGS_DIR) : join(dataDir, 'recordings'),
    keepMs: set.LATIDO_RECORDINGS_KEEP_DAYS * 86_400_000,
    max: set.LATIDO_RECORDINGS_MAX,
    ffmpeg: set.LATIDO_FFMPEG ?? 'ffmpeg',
    byEgress: set.LIVEKIT_EGRESS ?? false,
  };
}
