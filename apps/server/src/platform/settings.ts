/** How the text of a setting is read. */
export type SettingType =
  | 'text'
  | 'url'
  | 'postgres'
  | 'redis'
  | 'port'
  | 'integer'
  | 'flag'
  | 'origins'
  | 'networks'
  | 'keys';

/** One row of the table of settings. */
export interface Setting {
  readonly key: string;
  readonly type: SettingType;
  /** As it would be written; absent: not set. */
  readonly standard?: string;
  readonly unit?: string;
  /** The only texts that are known; in a list of networks, words that are known besides addresses. */
  readonly choices?: readonly string[];
  /** Least value of a number, least length of a text. */
  readonly least?: number;
  /** Never shown. No default outside development. */
  readonly secret?: true;
  readonly doc: string;
}

/** Every setting. `npx latido config` prints it; an unknown `LATIDO_*` stops the start. */
export const SETTINGS = [
  {
    key: 'NODE_ENV',
    type: 'text',
    standard: 'development',
    choices: ['production', 'development', 'test'],
    doc: '`production` demands every secret and makes no demo people.',
  },
  {
    key: 'PORT',
    type: 'port',
    standard: '3000',
    doc: 'TCP port of the server; 0 takes any free one.',
  },
  {
    key: 'LATIDO_HOST',
    type: 'text',
    doc: 'Address to listen on. Default 127.0.0.1 in development, 0.0.0.0 in production.',
  },
  {
    key: 'LATIDO_PUBLIC_URL',
    type: 'url',
    doc: 'Where people reach the server. Default http://localhost:PORT.',
  },
  {
    key: 'LATIDO_DATA_DIR',
    type: 'text',
    standard: '.latido',
    doc: 'Folder of the embedded database and of generated secrets.',
  },
  {
    key: 'DATABASE_URL',
    type: 'postgres',
    secret: true,
    doc: 'Postgres 15 or newer. Without it: the embedded database.',
  },
  { key: 'LATIDO_POOL_SIZE', type: 'integer', standard: '10', least: 2, doc: 'Connections to Postgres.' },
  {
    key: 'REDIS_URL',
    type: 'redis',
    secret: true,
    doc: 'Carries hints between several nodes, and who is in their channels. One node needs none.',
  },
  {
    key: 'LIVEKIT_URL',
    type: 'url',
    doc: 'An existing LiveKit (ws:// or wss://). Without it: one is started beside the server.',
  },
  { key: 'LIVEKIT_WS_URL', type: 'url', doc: 'Another name of LIVEKIT_URL.' },
  { key: 'LIVEKIT_API_KEY', type: 'text', doc: 'API key of LiveKit.' },
  { key: 'LIVEKIT_API_SECRET', type: 'text', secret: true, doc: 'Its secret.' },
  {
    key: 'LIVEKIT_KEYS',
    type: 'keys',
    secret: true,
    doc: "More accepted keys for webhooks, LiveKit's own `key: secret` lines (or commas between).",
  },
  {
    key: 'LIVEKIT_WEBHOOK_SECRET',
    type: 'text',
    secret: true,
    doc: 'One more accepted secret for the API key, also for the one that we make.',
  },
  {
    key: 'LIVEKIT_METRICS_URL',
    type: 'url',
    doc: "LiveKit's Prometheus page, by which a restart is noticed.",
  },
  {
    key: 'REVERB_APP_ID',
    type: 'text',
    standard: 'latido',
    doc: 'App id of the Pusher-protocol door.',
  },
  { key: 'REVERB_APP_KEY', type: 'text', standard: 'latido', doc: 'Its public key.' },
  {
    key: 'REVERB_APP_SECRET',
    type: 'text',
    secret: true,
    doc: 'Its secret. Default: derived from LATIDO_AUTH_SECRET.',
  },
  {
    key: 'LATIDO_AUTH_SECRET',
    type: 'text',
    secret: true,
    doc: 'Signs sign-ins and tickets; at least 32 characters.',
  },
  {
    key: 'LATIDO_ORIGINS',
    type: 'origins',
    doc: 'More origins that may use cookies and sockets, besides the public URL.',
  },
  {
    key: 'LATIDO_TRUST_PROXY',
    type: 'networks',
    choices: ['loopback', 'linklocal', 'uniquelocal'],
    doc: 'Addresses or networks of proxies whose X-Forwarded-For is believed.',
  },
  {
    key: 'LATIDO_WEBHOOK_ALLOW',
    type: 'networks',
    doc: 'Addresses or networks that webhooks may come from. Default: any, the signature decides.',
  },
  {
    key: 'LATIDO_DEMO_PASSWORD',
    type: 'text',
    secret: true,
    least: 8,
    doc: 'Password of the demo people, also of those that are there already. Default: generated and printed.',
  },
  {
    key: 'LATIDO_GRACE_MS',
    type: 'integer',
    standard: '45000',
    unit: 'ms',
    doc: 'How long a partner who lost the connection may come back.',
  },
  {
    key: 'LATIDO_CUT_AFTER_MS',
    type: 'integer',
    standard: '20000',
    unit: 'ms',
    doc: 'From the end of the balance to the end of the call.',
  },
  {
    key: 'LATIDO_TOKEN_TTL_MS',
    type: 'integer',
    standard: '7200000',
    unit: 'ms',
    least: 1_000,
    doc: 'Validity of a LiveKit token.',
  },
  {
    key: 'LATIDO_SUBSCRIPTION_COUNT',
    type: 'flag',
    doc: 'With 1, sockets are told how many are in their channel whenever that changes (presence channels say who).',
  },
  {
    key: 'LATIDO_INBOX_KEEP_MS',
    type: 'integer',
    standard: '2592000000',
    unit: 'ms',
    doc: 'How long notices are kept, read or not; a day at least. Who comes back later is told to read anew.',
  },
  {
    key: 'LATIDO_LOG_LEVEL',
    type: 'text',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    doc: 'debug, info, warn, error or silent. Default warn in development, info in production.',
  },
  {
    key: 'LATIDO_TEST_DATABASE_URL',
    type: 'text',
    secret: true,
    doc: 'Tests: a Postgres whose databases may be made and dropped.',
  },
  { key: 'LATIDO_TEST_REDIS_URL', type: 'text', doc: 'Tests: a Redis.' },
  {
    key: 'LATIDO_TEST_POSTGRES',
    type: 'text',
    doc: "Tests: `npm` takes npm's Postgres, not the machine's.",
  },
  {
    key: 'LATIDO_LAUNCHER',
    type: 'flag',
    doc: 'Set by `npm start`: the server ends with its launcher.',
  },
] as const satisfies readonly Setting[];

/** Name of a setting. */
export type SettingKey = (typeof SETTINGS)[number]['key'];
