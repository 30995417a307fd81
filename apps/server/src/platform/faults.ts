import { isIP } from 'node:net';
import { SETTINGS, type Setting } from './settings.ts';

/** What is wrong with the text of a setting, in a sentence that never tells a secret; undefined when it fits. */
export function faultOf(setting: Setting, text: string): string | undefined {
  const { key, type, choices, least } = setting;
  const fault = FAULTS[type]?.(text, setting);
  if (fault) return `${key} ${fault}`;
  if (type === 'text' && choices && !choices.includes(text))
    return `${key} is none of ${choices.join(', ')}: "${text}".`;
  if (type === 'text' && least && text.length < least)
    return `${key} is too short: ${least} characters are the least.`;
  if (type === 'integer' && least && Number(text) < least)
    return `${key} is too small: ${least} is the least.`;
  return undefined;
}

type Fault = (text: string, setting: Setting) => string | undefined;

const FAULTS: Partial<Record<Setting['type'], Fault>> = {
  port: (text) => (/^\d+$/.test(text) && Number(text) < 65_536 ? undefined : `is no port: "${text}".`),
  integer: (text) => (/^\d{1,12}$/.test(text) ? undefined : `is no whole number: "${text}".`),
  url: (text) => (hasProtocol(text, /^(https?|wss?):$/) ? undefined : `is no address: "${text}".`),
  postgres: (text) =>
    isSocket(text) || hasProtocol(text, /^postgres(ql)?:$/)
      ? undefined
      : 'is no address of a Postgres. It looks like postgres://user:password@host:5432/name; special characters of ' +
        'the password are written as %XX.',
  redis: (text) =>
    isSocket(text) || hasProtocol(text, /^rediss?:$/)
      ? undefined
      : 'is no address of a Redis. It looks like redis://host:6379.',
  keys: (text) =>
    keyLines(text).every(([name, secret]) => name && secret) ? undefined : 'wants lines of "key: secret".',
  origins: (text) => {
    const wrong = list(text).find((one) => !hasProtocol(one, /^https?:$/));
    return wrong === undefined ? undefined : `has "${wrong}", which is no origin like https://example.org.`;
  },
  networks: (text, { choices = [] }) => {
    const wrong = list(text).find((one) => !choices.includes(one) && !isNetwork(one));
    return wrong === undefined
      ? undefined
      : `has "${wrong}", which is no address and no network like 10.0.0.0/8.`;
  },
};

function hasProtocol(text: string, wanted: RegExp): boolean {
  return URL.canParse(text) && wanted.test(new URL(text).protocol);
}

/** A socket of this machine, which Postgres and Redis may be reached by. */
function isSocket(text: string): boolean {
  return text.startsWith('/') || text.startsWith('socket:');
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (bits < 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}

/** LiveKit's own `key: secret` lines, or commas between. */
export function keyLines(text: string): [string, string][] {
  return list(text).map((line) => {
    const [key = '', ...rest] = line.split(':');
    return [key.trim(), rest.join(':').trim()];
  });
}

/** What stands between commas or on lines of its own. */
export function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter(Boolean);
}

const PREFIX = 'LATIDO_';

/** A sentence for each `LATIDO_*` that is not a setting, with the nearest that is. */
export function* unknownNames(names: readonly string[]): Generator<string> {
  const known = SETTINGS.map(({ key }) => key as string);
  const forPeople = known.filter((key) => !/^LATIDO_(TEST_|LAUNCHER$)/.test(key));
  for (const name of names) {
    // What only tests read does not concern a server that they start.
    if (!name.startsWith(PREFIX) || name.startsWith('LATIDO_TEST_') || known.includes(name)) continue;
    const near = forPeople
      .map((key) => ({ key, far: Math.min(distance(name, key), distance(name.slice(PREFIX.length), key)) }))
      .sort((a, b) => a.far - b.far)[0];
    yield `${name} is not a setting. Did you mean ${near?.key}? (npx latido config prints all.)`;
  }
}

/** Edits from one word to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
