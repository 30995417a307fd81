import { isIP } from 'node:net';
import { z } from 'zod';

/** The environment, or a part of it. */
export type Env = Readonly<Record<string, string | undefined>>;

/** What people are told of a setting, and what bounds it. */
export interface Told {
  readonly doc: string;
  /** As it would be written; absent: not set. */
  readonly standard?: string;
  readonly unit?: string;
  /** The only texts that are known; in a list of networks, words that are known besides addresses. */
  readonly choices?: readonly string[];
  /** Least value of a number, least length of a text. */
  readonly least?: number;
  /** How the least value is said; default: the number. */
  readonly leastWords?: string;
  /** Never shown. No default outside development. */
  readonly secret?: true;
}

/** What is told of each setting, by its schema; `type` says how its text is read. */
export const table = z.registry<Told & { readonly type: string }>();

/** What is wrong with a text, in a sentence that goes on after the setting's name and never tells a secret. */
type Fault = (text: string, told: Told) => string | undefined;

/** A setting that is read from text; undefined when it is not set and has no default. */
type Read<T, Of extends Told> = z.ZodType<
  Of extends { standard: string } ? T : T | undefined,
  string | undefined
>;

function kind<T>(type: string, fault: Fault, read: (text: string) => T) {
  return <const Of extends Told>(told: Of): Read<T, Of> => {
    const one = z.string().transform((input, { issues }) => {
      const message = fault(input, told);
      if (message !== undefined) issues.push({ code: 'custom', message, input });
      return read(input);
    });
    const known = told.standard === undefined ? one.optional() : one.prefault(told.standard);
    return known.register(table, { type, ...told }) as unknown as Read<T, Of>;
  };
}

const same = (text: string): string => text;

export const text = kind(
  'text',
  (given, { choices, least = 0 }) => {
    if (choices && !choices.includes(given)) return `is none of ${choices.join(', ')}: "${given}".`;
    return given.length < least ? `is too short: ${least} characters are the least.` : undefined;
  },
  same,
);

export const port = kind(
  'port',
  (given) => (/^\d+$/.test(given) && Number(given) < 65_536 ? undefined : `is no port: "${given}".`),
  Number,
);

export const integer = kind(
  'integer',
  (given, { least = 0, leastWords = String(least) }) => {
    if (!/^\d{1,12}$/.test(given)) return `is no whole number: "${given}".`;
    return Number(given) < least ? `is too small: ${leastWords} is the least.` : undefined;
  },
  Number,
);

export const timeZone = kind(
  'time zone',
  (given) => (isTimeZone(given) ? undefined : `is no time zone (IANA, e.g. America/Bogota): "${given}".`),
  same,
);

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const flag = kind(
  'flag',
  () => undefined,
  (given) => /^(1|true)$/.test(given),
);

export const url = kind(
  'url',
  (given) => (hasProtocol(given, /^(https?|wss?):$/) ? undefined : `is no address: "${given}".`),
  same,
);

export const postgres = kind(
  'postgres',
  (given) =>
    isSocket(given) || hasProtocol(given, /^postgres(ql)?:$/)
      ? undefined
      : 'is no address of a Postgres. It looks like postgres://user:password@host:5432/name; special characters of ' +
        'the password are written as %XX.',
  same,
);

export const redis = kind(
  'redis',
  (given) =>
    isSocket(given) || hasProtocol(given, /^rediss?:$/)
      ? undefined
      : 'is no address of a Redis. It looks like redis://host:6379.',
  same,
);

/** LiveKit's own `key: secret` lines, or commas between. */
export const keys = kind(
  'keys',
  (given) =>
    keyLines(given).every(([name, secret]) => name && secret) ? undefined : 'wants lines of "key: secret".',
  keyLines,
);

export const origins = kind(
  'origins',
  (given) => {
    const wrong = list(given).find((one) => !hasProtocol(one, /^https?:$/));
    return wrong === undefined ? undefined : `has "${wrong}", which is no origin like https://example.org.`;
  },
  list,
);

/** Names of channels, with the roles that may join them. */
export const channelRules = kind(
  'channel rules',
  (given) => {
    const wrong = list(given).find(
      (one) =>
        !/^(private|presence)-([A-Za-z0-9_\-=@.;]|\{personId\}|\{externalId\})*\*?(:[a-z]+( [a-z]+)*)?$/.test(
          one,
        ),
    );
    return wrong === undefined
      ? undefined
      : `has "${wrong}", which is no rule like private-orders.{externalId} or presence-office:manager admin.`;
  },
  list,
);

/** An app of the Pusher protocol as it is set. */
export interface AppLine {
  readonly appId: string;
  readonly key: string;
  readonly secret: string;
  readonly url: string | undefined;
}

/** `id:key:secret`, and an address behind another colon. */
export const apps = kind(
  'apps',
  (given) =>
    list(given).every((line) => appLine(line) !== null)
      ? undefined
      : 'wants lines of id:key:secret or id:key:secret:https://…; ids and keys of letters, digits, - and _, secrets of 20 characters at least.',
  appLines,
);

/** The apps that a text names; what is no line of one is left out. */
export function appLines(given: string): AppLine[] {
  return list(given).flatMap((line) => appLine(line) ?? []);
}

function appLine(line: string): AppLine | null {
  const [, appId, key, secret, url] =
    /^([\w-]{1,40}):([\w-]{1,80}):([^:\s]{20,200})(?::(\S+))?$/.exec(line) ?? [];
  if (appId === undefined || key === undefined || secret === undefined) return null;
  return url === undefined || hasProtocol(url, /^https?:$/) ? { appId, key, secret, url } : null;
}

/** A list of known words. */
export const words = kind(
  'list',
  (given, { choices = [] }) => {
    const wrong = list(given).find((one) => !choices.includes(one));
    return wrong === undefined ? undefined : `has "${wrong}", which is none of ${choices.join(', ')}.`;
  },
  list,
);

/** 32 bytes, in base64. */
export const key32 = kind(
  'base64',
  (given) => (Buffer.from(given, 'base64').length === 32 ? undefined : 'is no key of 32 bytes in base64.'),
  same,
);

export const networks = kind(
  'networks',
  (given, { choices = [] }) => {
    const wrong = list(given).find((one) => !choices.includes(one) && !isNetwork(one));
    return wrong === undefined
      ? undefined
      : `has "${wrong}", which is no address and no network like 10.0.0.0/8.`;
  },
  list,
);

function hasProtocol(given: string, wanted: RegExp): boolean {
  return URL.canParse(given) && wanted.test(new URL(given).protocol);
}

/** A socket of this machine, which Postgres and Redis may be reached by. */
function isSocket(given: string): boolean {
  return given.startsWith('/') || given.startsWith('socket:');
}

function isNetwork(given: string): boolean {
  const [address = '', prefix, ...more] = given.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (bits < 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}

export function keyLines(given: string): [string, string][] {
  return list(given).map((line) => {
    const [key = '', ...rest] = line.split(':');
    return [key.trim(), rest.join(':').trim()];
  });
}

/** What stands between commas or on lines of its own. */
function list(given: string): string[] {
  return given
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter(Boolean);
}
