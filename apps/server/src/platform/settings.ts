import { WEBHOOK_EVENTS } from '@latido/protocol';
import { z } from 'zod';
import * as kinds from './setting-kinds.ts';
import { fileSettings } from './settings-files.ts';
import { moneySettings } from './settings-money.ts';

const DAY_MS = 86_400_000;

/** Every setting. `npx latido config` prints it; an unknown `LATIDO_*` stops the start. */
export const settings = z.object({
  NODE_ENV: kinds.text({
    standard: 'development',
    choices: ['production', 'development', 'test'],
    doc: '`production` demands every secret, refuses weak and well-known ones (of every setting that is a secret), and makes no demo people.',
  }),
  PORT: kinds.port({ standard: '3000', doc: 'TCP port of the server; 0 takes any free one.' }),
  LATIDO_HOST: kinds.text({
    doc: 'Address to listen on. Default 127.0.0.1 in development, 0.0.0.0 in production.',
  }),
  LATIDO_PUBLIC_URL: kinds.url({ doc: 'Where people reach the server. Default http://localhost:PORT.' }),
  LATIDO_DATA_DIR: kinds.text({
    standard: '.latido',
    doc: 'Folder of the embedded database and of generated secrets.',
  }),
  DATABASE_URL: kinds.postgres({
    secret: true,
    doc: 'Postgres 15 or newer. Without it: the embedded database.',
  }),
  LATIDO_POOL_SIZE: kinds.integer({ standard: '10', least: 2, doc: 'Connections to Postgres.' }),
  REDIS_URL: kinds.redis({
    secret: true,
    doc: 'Carries hints between several nodes, and who is in their channels. One node needs none.',
  }),
  LIVEKIT_URL: kinds.url({
    doc: 'An existing LiveKit (ws:// or wss://). Without it: one is started beside the server.',
  }),
  LIVEKIT_WS_URL: kinds.url({ doc: 'Another name of LIVEKIT_URL.' }),
  LIVEKIT_API_KEY: kinds.text({ doc: 'API key of LiveKit.' }),
  LIVEKIT_API_SECRET: kinds.text({ secret: true, doc: 'Its secret.' }),
  LIVEKIT_EGRESS: kinds.flag({
    doc: 'With 1, LiveKit Egress makes recordings. Its machine needs the folder LATIDO_RECORDINGS_DIR under the same path.',
  }),
  LIVEKIT_KEYS: kinds.keys({
    secret: true,
    doc: "More accepted keys for webhooks, LiveKit's own `key: secret` lines (or commas between).",
  }),
  LIVEKIT_WEBHOOK_SECRET: kinds.text({
    secret: true,
    doc: 'One more accepted secret for the API key, also for the one that we make.',
  }),
  LIVEKIT_METRICS_URL: kinds.url({ doc: "LiveKit's Prometheus page, by which a restart is noticed." }),
  REVERB_APP_ID: kinds.text({
    standard: '1',
    doc: 'App id of the Pusher-protocol door; digits, because some libraries take nothing else.',
  }),
  REVERB_APP_KEY: kinds.text({ standard: 'latido', doc: 'Its public key.' }),
  REVERB_APP_SECRET: kinds.text({
    secret: true,
    doc: 'Its secret. Default: derived from LATIDO_AUTH_SECRET.',
  }),
  REVERB_APP_ENCRYPTION_KEY: kinds.key32({
    secret: true,
    doc: 'Master key of its encrypted channels: 32 bytes in base64 (openssl rand -base64 32), the one that your servers send with.',
  }),
  LATIDO_APPS: kinds.apps({
    secret: true,
    doc:
      'More apps of the Pusher protocol, whose channels are apart: lines of id:key:secret, or id:key:secret:https://… with the address that is ' +
      'told what happens there. Who may join their channels is for their own backends to sign.',
  }),
  LATIDO_AUTH_SECRET: kinds.text({
    secret: true,
    doc: 'Signs sign-ins and tickets; 32 random bytes at least (openssl rand -hex 32).',
  }),
  STRIPE_SECRET_KEY: kinds.text({
    secret: true,
    doc: 'Coins are bought by Stripe Checkout. Without it: a development provider, and none in production.',
  }),
  STRIPE_WEBHOOK_SECRET: kinds.text({
    secret: true,
    doc: 'Signs what Stripe posts to /api/v1/webhooks/stripe (whsec_…).',
  }),
  STRIPE_API_URL: kinds.url({ doc: 'Another address of Stripe’s API, for tests.' }),
  LATIDO_ORIGINS: kinds.origins({
    doc: 'More origins whose pages may use the API (CORS), cookies and sockets, besides the public URL.',
  }),
  LATIDO_TRUST_PROXY: kinds.networks({
    choices: ['loopback', 'linklocal', 'uniquelocal'],
    doc: 'Addresses or networks of proxies whose X-Forwarded-For is believed.',
  }),
  LATIDO_JWT_SECRET: kinds.text({
    secret: true,
    least: 32,
    doc: "Your own system's JWTs are taken as sign-ins when this secret signs them (HS256 and longer).",
  }),
  LATIDO_JWT_JWKS_URL: kinds.url({
    doc: "Or when a key that your system publishes here does (https://…/jwks.json). `sub` is the person's external id.",
  }),
  LATIDO_JWT_ISSUER: kinds.text({ doc: 'Who must have issued them (`iss`). Default: anybody who can sign.' }),
  LATIDO_JWT_AUDIENCE: kinds.text({ doc: 'For whom they must be (`aud`). Default: anybody.' }),
  LATIDO_WEBHOOK_ALLOW: kinds.networks({
    doc: 'Addresses or networks that webhooks may come from. Default: any, the signature decides.',
  }),
  LATIDO_METRICS_ALLOW: kinds.networks({
    doc: 'Addresses or networks that may read /metrics without a key of the scope metrics:read, besides this machine.',
  }),
  LATIDO_DEMO_PASSWORD: kinds.text({
    secret: true,
    least: 10,
    doc: 'Password of the demo people, also of those that are there already. Default: generated and printed.',
  }),
  LATIDO_GRACE_MS: kinds.integer({
    standard: '45000',
    unit: 'ms',
    doc: 'How long a partner who lost the connection may come back.',
  }),
  LATIDO_CONNECT_MS: kinds.integer({
    standard: '10000',
    unit: 'ms',
    least: 1_000,
    doc: 'How long two whom matching has put together have until both are in the room.',
  }),
  LATIDO_RING_MS: kinds.integer({
    standard: '45000',
    unit: 'ms',
    least: 5_000,
    doc: 'How long a call rings at whoever is called, before it ends as unanswered.',
  }),
  ...moneySettings,
  LATIDO_TOKEN_TTL_MS: kinds.integer({
    standard: '7200000',
    unit: 'ms',
    least: 1_000,
    doc: 'Validity of a LiveKit token.',
  }),
  LATIDO_SUBSCRIPTION_COUNT: kinds.flag({
    doc: 'With 1, sockets are told how many are in their channel whenever that changes (presence channels say who).',
  }),
  LATIDO_CHANNEL_RULES: kinds.channelRules({
    doc:
      'Your own channels and who may join them: private-orders.{externalId}, presence-office:manager admin (after the colon: ' +
      'roles, of which one is enough). {personId} and {externalId} are the joiner’s; a * at the end stands for anything.',
  }),
  LATIDO_CHANNEL_AUTH_URL: kinds.url({
    doc:
      'Or who your own system lets in: it is sent {channel, personId, externalId, roles}, signed in X-Latido-Signature (HMAC-SHA256 ' +
      'with REVERB_APP_SECRET, hex); 2xx lets in, 401, 403 and 404 do not.',
  }),
  LATIDO_CHANNEL_WEBHOOK_URL: kinds.url({
    doc:
      'Where your own backend is told what happens to channels, as by Pusher: {time_ms, events}, signed in X-Pusher-Signature ' +
      '(HMAC-SHA256 with REVERB_APP_SECRET, hex), sent again until it answers 2xx, for an hour.',
  }),
  LATIDO_CHANNEL_WEBHOOK_EVENTS: kinds.words({
    choices: WEBHOOK_EVENTS,
    standard:
      'channel_occupied,channel_vacated,member_added,member_removed,client_event,cache_miss,subscription_count',
    doc: 'Which of these it is told; subscription_count with LATIDO_SUBSCRIPTION_COUNT=1 only.',
  }),
  LATIDO_SOCKETS_PER_ADDRESS: kinds.integer({
    standard: '1000',
    least: 1,
    doc: 'Sockets, and sessions of Socket.IO that poll, that one address (of IPv6: one /64) may have open on a node; this machine is not counted.',
  }),
  LATIDO_CHANNELS_PER_SOCKET: kinds.integer({
    standard: '200',
    least: 1,
    doc: 'Channels that one client of the Pusher protocol or of Socket.IO may be in.',
  }),
  LATIDO_FRAMES_PER_SECOND: kinds.integer({
    standard: '500',
    least: 1,
    doc: 'Frames of one client of the Pusher protocol or of Socket.IO that are read in a second; what comes beyond waits.',
  }),
  LATIDO_EVENTS_PER_MINUTE: kinds.integer({
    standard: '60000',
    least: 1,
    doc: 'Requests with events or batches of them that one app may send to a node in a minute over Pusher’s HTTP API.',
  }),
  LATIDO_NOTICES_PER_MINUTE: kinds.integer({
    standard: '6000',
    least: 1,
    doc: 'Requests to POST /api/v1/notices that one API key may send to a node in a minute.',
  }),
  LATIDO_MEMBERS_PER_CHANNEL: kinds.integer({
    standard: '100',
    least: 1,
    doc: 'Members of a presence channel; whoever comes beyond is refused.',
  }),
  LATIDO_MEMBERS_LINGER_MS: kinds.integer({
    standard: '3000',
    unit: 'ms',
    doc: 'How long a member of a presence channel who lost the connection is still shown: who is back by then never went.',
  }),
  LATIDO_UNAUTHORIZED_MS: kinds.integer({
    standard: '0',
    unit: 'ms',
    doc: 'After so long a Pusher connection that neither signed in nor joined a private or presence channel is closed. 0: never.',
  }),
  LATIDO_DRAIN_MS: kinds.integer({
    standard: '10000',
    unit: 'ms',
    doc: 'Over how long a server that ends sends its Pusher connections away; a few go at once.',
  }),
  LATIDO_SOCKET_IO_EIO3: kinds.flag({
    doc: 'With 1, Socket.IO also takes clients of version 2 (Engine.IO 3), which older phone apps speak.',
  }),
  LATIDO_INBOX_KEEP_MS: kinds.integer({
    least: DAY_MS,
    leastWords: `a day (${DAY_MS})`,
    standard: '2592000000',
    unit: 'ms',
    doc: 'How long notices are kept, read or not; a day at least. Who comes back later is told to read anew.',
  }),
  LATIDO_PUSH_AFTER_MS: kinds.integer({
    standard: '10000',
    unit: 'ms',
    doc: 'How long a notice that an open page was given may stay unacknowledged before it goes to the devices of its reader.',
  }),
  LATIDO_PUSH_ALLOW: kinds.networks({
    doc: 'Addresses or networks that pushes may go to although they are not public, there by HTTP too: a push service of your own, tests.',
  }),
  LATIDO_UNREADABLE_KEEP_MS: kinds.integer({
    least: DAY_MS,
    leastWords: `a day (${DAY_MS})`,
    standard: '2592000000',
    unit: 'ms',
    doc: 'How long signed webhooks that could not be read are kept as they came; a day at least.',
  }),
  LATIDO_FACTS_KEEP_MS: kinds.integer({
    least: 7 * DAY_MS,
    leastWords: `a week (${7 * DAY_MS})`,
    standard: '63072000000',
    unit: 'ms',
    doc:
      'How long the facts behind calls and stays that are over are kept, two years unless set, a week at least. Attendance and money stay; ' +
      'a rebuild leaves what is older as it was.',
  }),
  LATIDO_OUTBOX_KEEP_MS: kinds.integer({
    least: DAY_MS,
    leastWords: `a day (${DAY_MS})`,
    standard: '2592000000',
    unit: 'ms',
    doc: 'How long commands (close a room, remove a person) are remembered once they were done; a day at least.',
  }),
  ...fileSettings,
  LATIDO_RECORDINGS_DIR: kinds.text({
    doc: 'Folder of recordings; several nodes share one. Default: recordings, in LATIDO_DATA_DIR.',
  }),
  LATIDO_RECORDINGS_KEEP_DAYS: kinds.integer({
    standard: '30',
    least: 1,
    doc: 'After so many days a recording is deleted.',
  }),
  LATIDO_RECORDINGS_MAX: kinds.integer({
    standard: '2',
    doc: 'Recordings at once, asked for or made, on all nodes; each takes about a third of a core. 0: none are made.',
  }),
  LATIDO_FFMPEG: kinds.text({ doc: 'The ffmpeg that writes recordings. Default: the one on the PATH.' }),
  LATIDO_TIME_ZONE: kinds.timeZone({
    standard: 'UTC',
    doc: 'Where the lender is (America/Bogota): on whose days credits are due.',
  }),
  LATIDO_CREDIT_SOON_DAYS: kinds.integer({
    standard: '7',
    doc: 'So many days before it is due a credit needs attention.',
  }),
  LATIDO_LOG_LEVEL: kinds.text({
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    doc: 'debug, info, warn, error or silent. Default warn in development, info in production.',
  }),
  LATIDO_TEST_DATABASE_URL: kinds.text({
    secret: true,
    doc: 'Tests: a Postgres whose databases may be made and dropped.',
  }),
  LATIDO_TEST_REDIS_URL: kinds.text({ doc: 'Tests: a Redis.' }),
  LATIDO_TEST_POSTGRES: kinds.text({ doc: "Tests: `npm` takes npm's Postgres, not the machine's." }),
  LATIDO_LAUNCHER: kinds.flag({ doc: 'Set by `npm start`: the server ends with its launcher.' }),
});

/** Every setting that is set, and the defaults of the others. */
export type Settings = z.output<typeof settings>;

/** The table of settings, as people are told of them. */
export const SETTINGS = Object.entries(settings.shape).map(([key, schema]) => {
  const told = kinds.table.get(schema);
  if (!told) throw new Error(`${key} is made of no kind`);
  return { key, ...told };
});
