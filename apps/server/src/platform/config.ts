import { createHmac } from 'node:crypto';
import { join, resolve } from 'node:path';
import { faultOf, keyLines, list, unknownNames } from './faults.ts';
import { SETTINGS, type Setting, type SettingKey } from './settings.ts';

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
  reverb: { appId: string; key: string; secret: string };
  /** Signs sign-ins and tickets. */
  authSecret: string;
  webhookAllow: string[];
  demoPassword?: string;
  graceMs: number;
  cutAfterMs: number;
  tokenTtlMs: number;
  inboxKeepMs: number;
  /** Whether sockets are told how many are in a channel. */
  subscriptionCount: boolean;
  logLevel: string;
}

/** Settings that cannot be used; the message says which and what to do. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** The environment, or a part of it. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings.
 *
 * Secrets have no default in production. In development, `authSecret` and LiveKit's key are empty here when they are
 * not set: `withDevelopmentSecrets` makes them and keeps them.
 *
 * @throws ConfigError naming every setting that does not fit
 */
export function loadConfig(env: Env): Config {
  const wrong = [...unknownNames(Object.keys(env))];
  const get = (key: SettingKey): string | undefined => {
    const setting: Setting | undefined = SETTINGS.find((one) => one.key === key);
    const text = env[key]?.trim() || setting?.standard;
    const fault = text === undefined || !setting ? undefined : faultOf(setting, text);
    if (fault) wrong.push(fault);
    return text;
  };
  const config = readAll(get, wrong);
  if (!config.development) wrong.push(...missingSecrets(config, env));
  if (wrong.length > 0) throw new ConfigError([...new Set(wrong)].join('\n'));
  return config;
}

function readAll(get: (key: SettingKey) => string | undefined, wrong: string[]): Config {
  const development = get('NODE_ENV') !== 'production';
  const port = Number(get('PORT'));
  const publicUrl = (get('LATIDO_PUBLIC_URL') ?? `http://localhost:${port}`).replace(/\/+$/, '');
  const dataDir = resolve(get('LATIDO_DATA_DIR') ?? '.latido');
  const authSecret = get('LATIDO_AUTH_SECRET') ?? '';
  const livekitUrl = get('LIVEKIT_URL') ?? get('LIVEKIT_WS_URL');
  const urlName = get('LIVEKIT_URL') ? 'LIVEKIT_URL' : 'LIVEKIT_WS_URL';
  const apiKey = get('LIVEKIT_API_KEY');
  const apiSecret = get('LIVEKIT_API_SECRET');
  if (Boolean(apiKey) !== Boolean(apiSecret))
    wrong.push('LIVEKIT_API_KEY and LIVEKIT_API_SECRET belong together: set both.');
  if (livekitUrl && !apiKey && !apiSecret)
    wrong.push(`${urlName} is set: LIVEKIT_API_KEY and LIVEKIT_API_SECRET have to be, too.`);
  const optional = {
    databaseUrl: get('DATABASE_URL'),
    redisUrl: get('REDIS_URL'),
    livekitUrl: livekitUrl?.replace(/^http/, 'ws').replace(/\/+$/, ''),
    livekitApiKey: apiKey,
    livekitApiSecret: apiSecret,
    livekitMetricsUrl: get('LIVEKIT_METRICS_URL'),
    livekitWebhookSecret: get('LIVEKIT_WEBHOOK_SECRET'),
    demoPassword: get('LATIDO_DEMO_PASSWORD'),
  };
  return {
    development,
    port,
    host: get('LATIDO_HOST') ?? (development ? '127.0.0.1' : '0.0.0.0'),
    publicUrl,
    origins: [...new Set([originOf(publicUrl), ...list(get('LATIDO_ORIGINS')).map(originOf)])],
    trustProxy: list(get('LATIDO_TRUST_PROXY')),
    dataDir,
    databaseDir: join(dataDir, 'database'),
    poolSize: Number(get('LATIDO_POOL_SIZE')),
    livekitKeys: acceptedKeys({
      apiKey,
      apiSecret,
      more: get('LIVEKIT_KEYS'),
      webhook: get('LIVEKIT_WEBHOOK_SECRET'),
    }),
    reverb: {
      appId: get('REVERB_APP_ID') ?? 'latido',
      key: get('REVERB_APP_KEY') ?? 'latido',
      secret: get('REVERB_APP_SECRET') ?? derivedSecret(authSecret, 'reverb'),
    },
    authSecret,
    webhookAllow: list(get('LATIDO_WEBHOOK_ALLOW')),
    graceMs: Number(get('LATIDO_GRACE_MS')),
    cutAfterMs: Number(get('LATIDO_CUT_AFTER_MS')),
    tokenTtlMs: Number(get('LATIDO_TOKEN_TTL_MS')),
    subscriptionCount: /^(1|true)$/.test(get('LATIDO_SUBSCRIPTION_COUNT') ?? ''),
    inboxKeepMs: inboxKeepMs(get('LATIDO_INBOX_KEEP_MS'), wrong),
    logLevel: get('LATIDO_LOG_LEVEL') ?? (development ? 'warn' : 'info'),
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<Config>),
  };
}

const DAY_MS = 86_400_000;

/** Shorter than any call, and a call under way would tell again what was forgotten. */
function inboxKeepMs(text: string | undefined, wrong: string[]): number {
  const ms = Number(text);
  if (ms < DAY_MS) wrong.push(`LATIDO_INBOX_KEEP_MS is ${ms}: a day (${DAY_MS}) is the least.`);
  return ms;
}

/** A secret for one purpose, made from the main one, so that one setting is enough. */
export function derivedSecret(secret: string, purpose: string): string {
  return secret === '' ? '' : createHmac('sha256', secret).update(`latido ${purpose}`).digest('hex');
}

/** The keys that a webhook may be signed with. */
export function acceptedKeys(of: {
  apiKey: string | undefined;
  apiSecret: string | undefined;
  more?: string | undefined;
  webhook?: string | undefined;
}): Map<string, string[]> {
  const keys = new Map<string, string[]>();
  const add = (key: string, secret: string): void => {
    const secrets = keys.get(key) ?? [];
    if (!secrets.includes(secret)) keys.set(key, [...secrets, secret]);
  };
  if (of.apiKey && of.apiSecret) add(of.apiKey, of.apiSecret);
  for (const [key, secret] of keyLines(of.more ?? '')) add(key, secret);
  if (of.webhook) for (const key of of.apiKey ? [of.apiKey] : [...keys.keys()]) add(key, of.webhook);
  return keys;
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

function missingSecrets(config: Config, env: Env): string[] {
  const wrong: string[] = [];
  if (!config.livekitApiKey)
    wrong.push('LIVEKIT_API_KEY and LIVEKIT_API_SECRET are missing: production has no default for secrets.');
  if (!config.authSecret)
    wrong.push(
      'LATIDO_AUTH_SECRET is missing: production has no default for secrets (openssl rand -hex 32).',
    );
  else if (config.authSecret.length < 32)
    wrong.push('LATIDO_AUTH_SECRET is too short: 32 characters are the least.');
  if (!env['LATIDO_PUBLIC_URL'])
    wrong.push('LATIDO_PUBLIC_URL is missing: say where people reach this server.');
  return wrong;
}
