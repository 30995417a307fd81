import { keyLines, type Env } from './setting-kinds.ts';

/** Shorter than this, a secret can be guessed: HS256 and our own seals are as strong as their key. */
const BYTES_MIN = 32;
/** Fewer different characters than this is a key held down, or a short word again and again. */
const DIFFERENT_MIN = 8;

/** Words of examples and of development modes, LiveKit's and ours: they make no secret longer. */
const WELL_KNOWN =
  /secret|devkey|password|passwort|change.?me|replace.?(me|with|this)|example|placeholder|insert|your.?key|latido|livekit|at.?least|characters|qwerty|0123456789|1234567890|abcdefghij/gi;

/** A sentence for each setting whose secret is weak, by its name and never with the secret. */
export function* weakSecrets(given: Env): Generator<string> {
  if (given['LIVEKIT_API_KEY'] === 'devkey')
    yield 'LIVEKIT_API_KEY is devkey, the key of LiveKit’s development mode: give LiveKit keys of its own.';
  for (const name of [
    'LATIDO_AUTH_SECRET',
    'LIVEKIT_API_SECRET',
    'LIVEKIT_WEBHOOK_SECRET',
    'REVERB_APP_SECRET',
    'LATIDO_JWT_SECRET',
    'STRIPE_SECRET_KEY',
    'STRIPE_WEBHOOK_SECRET',
  ]) {
    const secret = given[name];
    const fault = secret ? weaknessOf(secret) : undefined;
    if (fault) yield `${name} is ${fault} ${ADVICE}`;
  }
  for (const [key, secret] of keyLines(given['LIVEKIT_KEYS'] ?? '')) {
    const fault = key === 'devkey' ? WELL_KNOWN_WORDS : weaknessOf(secret);
    if (fault) yield `LIVEKIT_KEYS: the secret of ${key} is ${fault} ${ADVICE}`;
  }
}

const ADVICE = 'Production takes random ones only (openssl rand -hex 32).';
const WELL_KNOWN_WORDS = 'well known, or a word of examples makes most of it.';

function weaknessOf(secret: string): string | undefined {
  const rest = secret.replaceAll(WELL_KNOWN, '');
  if (Buffer.byteLength(rest) < BYTES_MIN && rest !== secret) return WELL_KNOWN_WORDS;
  if (Buffer.byteLength(rest) < BYTES_MIN) return `too short: ${BYTES_MIN} bytes are the least.`;
  if (new Set(rest).size < DIFFERENT_MIN) return 'too simple: it is made of a few characters.';
  return undefined;
}
