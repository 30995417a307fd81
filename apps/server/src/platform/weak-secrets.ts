import { appLines, keyLines, type Env } from './setting-kinds.ts';
import { SETTINGS } from './settings.ts';

/** Shorter than this, a secret can be guessed: HS256 and our own seals are as strong as their key. */
const BYTES_MIN = 32;
/** Fewer different characters than this is a key held down, or a short word again and again. */
const DIFFERENT_MIN = 8;
/** So many characters at least neither repeat the one before nor are its neighbour; of 32 random ones about 26 do so. */
const LEAPS_MIN = 12;

/** What others make or people type: S3 services have keys of 31 characters and more; production has no demo people. */
const BYTES_OF_OTHERS: Readonly<Record<string, number>> = {
  LATIDO_S3_SECRET_ACCESS_KEY: 30,
  LATIDO_DEMO_PASSWORD: 8,
};
/** A name that goes with a secret may be any word; these are the ones of new servers and of examples. */
const NAMES: Readonly<Record<string, RegExp>> = {
  LATIDO_S3_ACCESS_KEY_ID: /^(minio(admin)?|AKIAIOSFODNN7EXAMPLE)$/i,
};

/** Words of examples and of development modes, LiveKit's, MinIO's and ours: they make no secret longer. */
const WELL_KNOWN =
  /secret|devkey|password|passwort|change.?me|replace.?(me|with|this)|example|placeholder|insert|your.?key|latido|livekit|at.?least|characters|qwerty|0123456789|1234567890|abcdefghij|minio(admin|123|user)|wJalrXUtnFEMI.K7MDENG.bPxRfiCY/gi;

/** A sentence for each setting whose secret is weak, by its name and never with the secret. */
export function* weakSecrets(given: Env): Generator<string> {
  if (given['LIVEKIT_API_KEY'] === 'devkey')
    yield 'LIVEKIT_API_KEY is devkey, the key of LiveKit’s development mode: give LiveKit keys of its own.';
  for (const { key: name, type, secret: isSecret } of SETTINGS) {
    const text = given[name];
    if (!isSecret || !text || name.startsWith('LATIDO_TEST_')) continue;
    const known = NAMES[name];
    if (known) {
      if (known.test(text)) yield `${name} is ${WELL_KNOWN_WORDS} ${ADVICE}`;
      continue;
    }
    for (const { of, secret, isDevkey } of (SECRETS_IN[type] ?? SECRETS_IN['text'])(text)) {
      const fault = isDevkey ? WELL_KNOWN_WORDS : weaknessOf(secret, BYTES_OF_OTHERS[name]);
      if (fault) yield `${name}${of === undefined ? ' is' : `: the secret of ${of} is`} ${fault} ${ADVICE}`;
    }
  }
}

const ADVICE = 'Production takes random ones only (openssl rand -hex 32).';
const WELL_KNOWN_WORDS = 'well known, or a word of examples makes most of it.';

/** A secret as it stands in a setting, and whose it is where there are several. */
interface Found {
  readonly secret: string;
  readonly of?: string;
  readonly isDevkey?: boolean;
}

/** The secrets in a setting, by how its text is read; a new kind that is not here is one secret as a whole. */
const SECRETS_IN: Readonly<Record<string, (text: string) => Found[]>> & {
  readonly text: (text: string) => Found[];
} = {
  text: (secret) => [{ secret }],
  keys: (text) => keyLines(text).map(([of, secret]) => ({ of, secret, isDevkey: of === 'devkey' })),
  apps: (text) => appLines(text).map(({ appId: of, secret }) => ({ of, secret })),
  // A byte is a character here: text that somebody has put into base64 is judged as that text.
  base64: (text) => [{ secret: Buffer.from(text, 'base64').toString('latin1') }],
  // How another system lets us in is its own to demand, and its address alone may be all of it (a socket).
  postgres: () => [],
  redis: () => [],
};

function weaknessOf(secret: string, bytesMin = BYTES_MIN): string | undefined {
  const rest = secret.replaceAll(WELL_KNOWN, '');
  if (Buffer.byteLength(rest) < bytesMin && rest !== secret) return WELL_KNOWN_WORDS;
  if (Buffer.byteLength(rest) < bytesMin) return `too short: ${bytesMin} bytes are the least.`;
  if (new Set(rest).size < DIFFERENT_MIN) return 'too simple: it is made of a few characters.';
  if (Buffer.byteLength(repeatedIn(secret)) < bytesMin) return 'too simple: it repeats itself.';
  if (bytesMin >= LEAPS_MIN * 2 && leapsIn(rest) < LEAPS_MIN)
    return 'too simple: it is made of rows of characters.';
  return undefined;
}

/** What a text says again and again, also when the last time is cut short; a text that does not is that text. */
function repeatedIn(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1)
    if (text.startsWith(text.slice(length))) return text.slice(0, length);
  return text;
}

function leapsIn(text: string): number {
  const far = (at: number): number => Math.abs(text.charCodeAt(at) - text.charCodeAt(at - 1));
  return Array.from({ length: text.length - 1 }, (_, at) => far(at + 1)).filter((step) => step > 1).length;
}
