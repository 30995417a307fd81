import { randomBytes } from 'node:crypto';
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';
import { SETTINGS } from './settings.ts';
import { keepDemoPassword, keepSecrets, withDevelopmentSecrets } from './secrets.ts';

const secret = '8a1f6c0e93b74d25a7e1c4f09d3b6852';
const production = {
  NODE_ENV: 'production',
  LIVEKIT_API_KEY: 'key',
  LIVEKIT_API_SECRET: secret,
  LATIDO_AUTH_SECRET: secret,
  LATIDO_PUBLIC_URL: 'https://latido.test/',
};

describe('settings', () => {
  it('[PLATFORM-2] nothing has to be set in development', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      graceMs: 45_000,
      ringMs: 45_000,
      cutAfterMs: 20_000,
      chargesLate: false,
      endsUnbilled: false,
      tokenTtlMs: 7_200_000,
      development: true,
    });
    expect(config.databaseUrl).toBeUndefined();
    expect(config.dataDir).toMatch(/\.latido$/);
  });

  const wrong: [string, Record<string, string>, RegExp][] = [
    [
      'an unknown name',
      { LATIDO_GRACE: '1' },
      /LATIDO_GRACE is not a setting\. Did you mean LATIDO_GRACE_MS\?/,
    ],
    ['a word for a port', { PORT: 'http' }, /PORT is no port: "http"/],
    ['a port out of range', { PORT: '70000' }, /PORT is no port/],
    ['a duration with a unit', { LATIDO_GRACE_MS: '45s' }, /LATIDO_GRACE_MS is no whole number/],
    [
      'an address without a scheme',
      { LIVEKIT_METRICS_URL: 'localhost' },
      /LIVEKIT_METRICS_URL is no address/,
    ],
    ['a key without its secret', { LIVEKIT_API_KEY: 'key' }, /belong together/],
    [
      'a LiveKit without keys',
      { LIVEKIT_URL: 'ws://x:7880' },
      /LIVEKIT_API_KEY and LIVEKIT_API_SECRET have to be/,
    ],
    [
      'LIVEKIT_WS_URL without keys',
      { LIVEKIT_WS_URL: 'wss://x' },
      /^LIVEKIT_WS_URL is set: LIVEKIT_API_KEY and LIVEKIT_API_SECRET/,
    ],
    ['a host for an address', { LIVEKIT_URL: 'livekit:7880' }, /LIVEKIT_URL is no address: "livekit:7880"/],
    [
      'another database',
      { DATABASE_URL: 'mysql://u:hidden@h/x' },
      /^DATABASE_URL is no address of a Postgres/,
    ],
    ['a password that needs escapes', { DATABASE_URL: 'postgres://u:hid den@h:x/y' }, /written as %XX\.$/],
    ['a word for a Redis', { REDIS_URL: 'hidden' }, /^REDIS_URL is no address of a Redis\./],
    [
      'a network that is none',
      { LATIDO_WEBHOOK_ALLOW: '10.0.0.1, 10.0.0.0/99' },
      /has "10\.0\.0\.0\/99", which/,
    ],
    [
      'a proxy that is none',
      { LATIDO_TRUST_PROXY: 'nginx' },
      /LATIDO_TRUST_PROXY has "nginx", which is no address/,
    ],
    ['an origin that is none', { LATIDO_ORIGINS: 'example.org' }, /has "example\.org", which is no origin/],
    [
      'an unknown level',
      { LATIDO_LOG_LEVEL: 'loud' },
      /LATIDO_LOG_LEVEL is none of trace, debug, .*: "loud"/,
    ],
    [
      'production in capitals',
      { NODE_ENV: 'Production' },
      /^NODE_ENV is none of production, development, test/,
    ],
    ['a demo password that is too short', { LATIDO_DEMO_PASSWORD: 'hidden' }, /too short: 10 characters/],
    ['a pool of nothing', { LATIDO_POOL_SIZE: '0' }, /LATIDO_POOL_SIZE is too small: 2 is the least/],
    ['a known name with our prefix', { LATIDO_PORT: '1' }, /Did you mean PORT\?/],
    ['a slip in it', { LATIDO_PROT: '1' }, /Did you mean PORT\?/],
    ['a name that only tests know', { LATIDO_DATABASE_URL: 'x' }, /Did you mean DATABASE_URL\?/],
    ['keys without a colon', { LIVEKIT_KEYS: 'abc' }, /key: secret/],
    [
      'production without LiveKit’s key',
      { ...production, LIVEKIT_API_KEY: '', LIVEKIT_API_SECRET: '' },
      /are missing/,
    ],
    [
      'production without a secret',
      { ...production, LATIDO_AUTH_SECRET: '' },
      /LATIDO_AUTH_SECRET is missing/,
    ],
    ['an inbox that keeps less than a day', { LATIDO_INBOX_KEEP_MS: '1000' }, /a day .* is the least/],
    ['production with a short secret', { ...production, LATIDO_AUTH_SECRET: 'short' }, /too short/],
    ...(
      [
        ['LATIDO_AUTH_SECRET', 'secret', /^LATIDO_AUTH_SECRET is well known/],
        ['LATIDO_AUTH_SECRET', secret.slice(1), /^LATIDO_AUTH_SECRET is too short: 32 bytes/],
        ['LATIDO_AUTH_SECRET', 'x'.repeat(64), /^LATIDO_AUTH_SECRET is too simple/],
        [
          'LATIDO_AUTH_SECRET',
          'change-me-change-me-change-me-change-me',
          /^LATIDO_AUTH_SECRET is well known/,
        ],
        ['LIVEKIT_API_SECRET', 'secret', /^LIVEKIT_API_SECRET is well known/],
        ['LIVEKIT_API_SECRET', 'tulip', /^LIVEKIT_API_SECRET is too short/],
        ['LIVEKIT_API_KEY', 'devkey', /^LIVEKIT_API_KEY is devkey/],
        [
          'LIVEKIT_KEYS',
          `one: ${secret}, devkey: ${secret}`,
          /^LIVEKIT_KEYS: the secret of devkey is well known/,
        ],
        ['LIVEKIT_KEYS', 'two: tulip', /^LIVEKIT_KEYS: the secret of two is too short/],
        ['LIVEKIT_WEBHOOK_SECRET', 'tulip', /^LIVEKIT_WEBHOOK_SECRET is too short/],
        ['REVERB_APP_SECRET', 'app-secret', /^REVERB_APP_SECRET is well known/],
        [
          'LATIDO_APPS',
          'shop:key:secretsecretsecretsecret',
          /^LATIDO_APPS: the secret of shop is well known/,
        ],
        [
          'LATIDO_APPS',
          `shop:key:${secret}\nbar:bey:tulip8a1f6c0e93b74d25a7:https://bar.test/hook`,
          /^LATIDO_APPS: the secret of bar is too short/,
        ],
        ['REVERB_APP_ENCRYPTION_KEY', Buffer.alloc(32).toString('base64'), /^REVERB_APP_ENC.* is too simple/],
        [
          'REVERB_APP_ENCRYPTION_KEY',
          Buffer.from('secretsecretsecretsecretsecretse').toString('base64'),
          /^REVERB_APP_ENCRYPTION_KEY is well known/,
        ],
        [
          'REVERB_APP_ENCRYPTION_KEY',
          Buffer.from(Array.from({ length: 32 }, (_, n) => n)).toString('base64'),
          /^REVERB_APP_ENCRYPTION_KEY is too simple/,
        ],
        ['LATIDO_AUTH_SECRET', 'kmprstvw'.repeat(4), /^LATIDO_AUTH_SECRET is too simple: it repeats/],
        ['LATIDO_AUTH_SECRET', 'kmprstvwxz'.repeat(4).slice(3), /^LATIDO_AUTH_SECRET is too simple: it rep/],
        ['LATIDO_AUTH_SECRET', 'aaaabbbbccccddddeeeeffffgggghhhh', /^LATIDO_AUTH_SECRET is too simple/],
        ['STRIPE_SECRET_KEY', 'tulip', /^STRIPE_SECRET_KEY is too short/m],
        ['LATIDO_S3_ACCESS_KEY_ID', 'minioadmin', /^LATIDO_S3_ACCESS_KEY_ID is well known/m],
        ['LATIDO_S3_SECRET_ACCESS_KEY', 'minioadmin', /^LATIDO_S3_SECRET_ACCESS_KEY is well known/m],
        [
          'LATIDO_S3_SECRET_ACCESS_KEY',
          'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
          /^LATIDO_S3_SECRET_ACCESS_KEY is well known/m,
        ],
        ['LATIDO_DEMO_PASSWORD', 'passwordsecret', /^LATIDO_DEMO_PASSWORD is well known/],
      ] as const
    ).map(([key, text, words]): [string, Record<string, string>, RegExp] => [
      `production with ${key} "${text.slice(0, 12)}"`,
      { ...production, [key]: text },
      words,
    ]),
  ];
  it.each(wrong)('[PLATFORM-3] %s stops the start with a sentence', (_name, env, words) => {
    expect(() => loadConfig(env)).toThrow(words);
    expect(() => loadConfig(env)).not.toThrow(/hid|tulip/);
  });

  it('[PLATFORM-36] each secret there is stops production when it is well known or short, by its name', () => {
    // What another system demands of us is its own affair, a key's name is no secret, and the last is what only tests read.
    const ofOthers = ['DATABASE_URL', 'REDIS_URL', 'LATIDO_S3_ACCESS_KEY_ID', 'LATIDO_TEST_DATABASE_URL'];
    const asWritten: Record<string, (text: string) => string> = {
      keys: (text) => `one: ${text}`,
      apps: (text) => `shop:key:${text}`,
      base64: (text) => Buffer.from(text).toString('base64'),
    };
    const secrets = SETTINGS.filter((each) => each.secret && !ofOthers.includes(each.key));
    expect(secrets.length).toBeGreaterThan(10);
    for (const { key, type } of secrets) {
      const env = { ...production, [key]: (asWritten[type] ?? String)('secretsecretsecretsecretsecretse') };
      expect(() => loadConfig(env), key).toThrow(
        new RegExp(`^${key}( is|: the secret of \\w+ is) well known`, 'm'),
      );
    }
    const open = SETTINGS.filter(
      ({ key, secret: is }) => /SECRET|PASSWORD|TOKEN(?!_TTL)|_KEYS?(_|$)/.test(key) && !is,
    );
    expect(open.map(({ key }) => key)).toEqual(['LIVEKIT_API_KEY', 'REVERB_APP_KEY']);
  });

  it('[PLATFORM-36] secrets as they are made are taken', () => {
    for (let n = 0; n < 200; n += 1) {
      const env = {
        ...production,
        LATIDO_AUTH_SECRET: randomBytes(16).toString('hex'),
        LIVEKIT_API_SECRET: randomBytes(24).toString('base64'),
        REVERB_APP_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
        LATIDO_APPS: `shop:key:${randomBytes(32).toString('hex')}`,
        LATIDO_S3_BUCKET: 'files',
        LATIDO_S3_ACCESS_KEY_ID: 'latido-files',
        LATIDO_S3_SECRET_ACCESS_KEY: randomBytes(23).toString('base64url'),
        LATIDO_DEMO_PASSWORD: 'río Magdalena',
        DATABASE_URL: 'postgres://latido@db/latido',
      };
      expect(() => loadConfig(env)).not.toThrow();
    }
  });

  it('[PLATFORM-3] everything that is wrong is told at once, each on a line of its own', () => {
    expect(() => loadConfig({ PORT: 'x', LATIDO_GRACE_MS: 'y', LATIDO_X: '' })).toThrow(/^.*\n.*\n.*$/);
  });

  it('[PLATFORM-3] addresses, networks and sockets that are good are taken', () => {
    const env = {
      LATIDO_WEBHOOK_ALLOW: '10.0.0.1, 10.0.0.0/8\n2001:db8::/32, ::1',
      LATIDO_TRUST_PROXY: 'loopback, 10.0.0.0/8',
      LATIDO_ORIGINS: 'https://a.test, http://localhost:5173/',
      DATABASE_URL: 'postgresql:///latido?host=/var/run/postgresql',
      REDIS_URL: 'rediss://:p%40ss@cache:6380/1',
    };
    expect(loadConfig(env)).toMatchObject({
      webhookAllow: ['10.0.0.1', '10.0.0.0/8', '2001:db8::/32', '::1'],
      origins: ['http://localhost:3000', 'https://a.test', 'http://localhost:5173'],
    });
  });

  it('[PLATFORM-4] what only tests and the launcher set does not stop the start', () => {
    expect(() => loadConfig({ LATIDO_TEST_ANYTHING: '1', LATIDO_LAUNCHER: '1' })).not.toThrow();
  });

  it('[PLATFORM-5] every accepted key is known with all its secrets', () => {
    const config = loadConfig({
      LIVEKIT_API_KEY: 'one',
      LIVEKIT_API_SECRET: 'first',
      LIVEKIT_KEYS: 'one: second\ntwo: other, three: third',
      LIVEKIT_WEBHOOK_SECRET: 'hook',
    });
    expect([...config.livekitKeys]).toEqual([
      ['one', ['first', 'second', 'hook']],
      ['two', ['other']],
      ['three', ['third']],
    ]);
  });

  it('[PLATFORM-6] LIVEKIT_WS_URL is another name of LIVEKIT_URL; http becomes ws', () => {
    const keys = { LIVEKIT_API_KEY: 'k', LIVEKIT_API_SECRET: 's' };
    expect(loadConfig({ ...keys, LIVEKIT_WS_URL: 'wss://live.test/' }).livekitUrl).toBe('wss://live.test');
    expect(loadConfig({ ...keys, LIVEKIT_URL: 'http://live.test:7880' }).livekitUrl).toBe(
      'ws://live.test:7880',
    );
  });

  it('[PLATFORM-7] secrets that development makes are kept, for their owner only; set ones win', () => {
    const LATIDO_DATA_DIR = mkdtempSync(join(tmpdir(), 'latido-secrets-'));
    const first = withDevelopmentSecrets(loadConfig({ LATIDO_DATA_DIR }));
    keepDemoPassword(LATIDO_DATA_DIR, 'demo');
    const second = withDevelopmentSecrets(loadConfig({ LATIDO_DATA_DIR }));
    expect(second).toEqual(first);
    expect(first.authSecret).toHaveLength(64);
    expect(first.reverb.secret).toHaveLength(64);
    expect([...first.livekitKeys]).toEqual([[first.livekitApiKey, [first.livekitApiSecret]]]);
    expect(keepSecrets(LATIDO_DATA_DIR).demoPassword).toBe('demo');
    expect(statSync(join(LATIDO_DATA_DIR, 'secrets.json')).mode & 0o777).toBe(0o600);
    const set = {
      LATIDO_DATA_DIR,
      LATIDO_AUTH_SECRET: secret,
      LIVEKIT_API_KEY: 'k',
      LIVEKIT_API_SECRET: 's',
    };
    expect(withDevelopmentSecrets(loadConfig(set))).toMatchObject({ authSecret: secret, livekitApiKey: 'k' });
  });

  it('[PLATFORM-7] LIVEKIT_WEBHOOK_SECRET is one more secret of the key that development makes', () => {
    const LATIDO_DATA_DIR = mkdtempSync(join(tmpdir(), 'latido-secrets-'));
    const config = withDevelopmentSecrets(loadConfig({ LATIDO_DATA_DIR, LIVEKIT_WEBHOOK_SECRET: 'hook' }));
    expect([...config.livekitKeys]).toEqual([[config.livekitApiKey, [config.livekitApiSecret, 'hook']]]);
  });

  it('[PLATFORM-8] production makes no secrets', () => {
    const config = loadConfig(production);
    expect(withDevelopmentSecrets(config)).toBe(config);
    expect(config).toMatchObject({ host: '0.0.0.0', publicUrl: 'https://latido.test', development: false });
  });
});
