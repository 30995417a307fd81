import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
} from 'jose';
import { z } from 'zod';
import { AppError, isWhole, Together, type Config, type Db } from '../platform/index.ts';
import { OPEN_ROLES } from './account-person.ts';
import type { NewPerson, Person } from './people.ts';
import { personByExternalId, personsByExternalIds } from './team-people.ts';

/** The JWTs that a team's own sign-in gives its people. */
export interface TeamJwt {
  /** Whether a bearer is a JWT that claims to be the team's; whether it is good is another question. */
  isOne(bearer: string): boolean;
  /**
   * The person whom it names, made on first sight, and until when it is good (epoch ms); null when it is not.
   *
   * @throws auth.keys_unavailable when the team's keys cannot be read now
   */
  personOf(bearer: string): Promise<{ person: Person; until: number } | null>;
}

/** What a token says of its person. Roles that are given by an admin are not taken from a token. */
const Claims = z.object({
  // A string by the standard; systems that number their people often write the number.
  sub: z.union([
    z.string().min(1).max(200).refine(isWhole),
    z.number().refine(Number.isSafeInteger).transform(String),
  ]),
  exp: z.number(),
  // Below here nothing is worth refusing somebody whom their own team has let in.
  name: z.unknown().optional().transform(nameIn),
  email: z.email().max(254).optional().catch(undefined),
  locale: z.unknown().optional().transform(localeIn),
  roles: z.array(z.string()).optional().catch(undefined),
});

type Verify = (bearer: string) => Promise<JWTPayload | null>;

/** Clocks of two machines differ by this much without anybody noticing. */
const LEEWAY_S = 5;
const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'];
const KEY_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'];

/** By a shared secret or by the keys that the team publishes; null where neither is set. */
export function createTeamJwt(
  settings: Config['teamJwt'] | undefined,
  { db, make }: { db: Db; make: (made: NewPerson) => Promise<Person> },
): TeamJwt | null {
  if (!settings) return null;
  const verify = keptFor(verifierFor(settings));
  const known = new Together((ids: readonly string[]) => personsByExternalIds(db, ids));
  return {
    isOne: (bearer) => looksLikeJwt(bearer, settings.issuer),
    async personOf(bearer) {
      const claims = Claims.safeParse(await verify(bearer).catch(nullIfBad));
      if (!claims.success) return null;
      const { sub, exp, name, email, locale, roles = [] } = claims.data;
      const until = (exp + LEEWAY_S) * 1_000;
      const found = (await known.ask(sub)).get(sub);
      if (found) return { person: found, until };
      const own = OPEN_ROLES.filter((role) => roles.includes(role));
      const made: NewPerson = {
        externalId: sub,
        name: name ?? nameIn(sub) ?? 'x',
        email: email ?? null,
        roles: own.length > 0 ? own : ['client'],
        ...(locale === undefined ? {} : { locale }),
      };
      const person = await make(made).catch(async (error: unknown) => {
        // Two requests of one new person: the other was faster. Or somebody else has the e-mail, which is no proof of anything.
        const other = await personByExternalId(db, sub);
        if (other) return other;
        if ((error as { code?: unknown }).code === '23505') return await make({ ...made, email: null });
        throw error;
      });
      return { person, until };
    },
  };
}

const NAME_MOST = 100;

/** A name as it can be kept; undefined where there is none. */
function nameIn(claimed: unknown): string | undefined {
  const name = typeof claimed === 'string' && isWhole(claimed) ? claimed.trim() : '';
  // Half of a character cannot be kept.
  const shown = name.slice(0, NAME_MOST).replace(/[\uD800-\uDBFF]$/, '');
  return shown === '' ? undefined : shown;
}

/** A language that we have: `es-MX` and PHP's `es_MX` are Spanish. */
function localeIn(claimed: unknown): 'en' | 'es' | undefined {
  const [, language] =
    /^(en|es)\b/i.exec(typeof claimed === 'string' ? claimed.replaceAll('_', '-') : '') ?? [];
  return language === undefined ? undefined : language.toLowerCase() === 'es' ? 'es' : 'en';
}

/** A page sends the same token every few seconds. Keys that a team takes back are noticed within this. */
const KEPT_MS = 60_000;
const KEPT_MOST = 10_000;

/** Remembers which tokens were good: what of a request signatures take is more than all else that is done for who only says that they are there. */
function keptFor(verify: Verify): Verify {
  const kept = new Map<string, { readonly payload: JWTPayload; readonly until: number }>();
  return async (bearer) => {
    const now = Date.now();
    const before = kept.get(bearer);
    if (before !== undefined && now < before.until) return before.payload;
    kept.delete(bearer);
    const payload = await verify(bearer);
    if (payload === null) return null;
    const [oldest] = kept.size < KEPT_MOST ? [] : kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
    const endsAt = ((payload.exp ?? 0) + LEEWAY_S) * 1_000;
    kept.set(bearer, { payload, until: Math.min(now + KEPT_MS, endsAt) });
    return payload;
  };
}

function verifierFor({ secret, jwksUrl, issuer, audience }: NonNullable<Config['teamJwt']>): Verify {
  const options = {
    clockTolerance: LEEWAY_S,
    requiredClaims: ['exp', 'sub'],
    ...(issuer ? { issuer } : {}),
    ...(audience ? { audience } : {}),
  };
  const ofSecret = secret === undefined ? null : new TextEncoder().encode(secret);
  const ofKeys = jwksUrl === undefined ? null : createRemoteJWKSet(new URL(jwksUrl));
  return async (bearer) => {
    // Which of the two signs is ours to say and not the token's: a public key is nobody's secret.
    const bySecret = SECRET_ALGORITHMS.includes(decodeProtectedHeader(bearer).alg ?? '');
    if (bySecret)
      return (
        ofSecret && (await jwtVerify(bearer, ofSecret, { ...options, algorithms: SECRET_ALGORITHMS })).payload
      );
    return ofKeys && (await jwtVerify(bearer, ofKeys, { ...options, algorithms: KEY_ALGORITHMS })).payload;
  };
}

function looksLikeJwt(bearer: string, issuer: string | undefined): boolean {
  try {
    const { iss } = decodeJwt(bearer);
    return issuer === undefined || iss === issuer;
  } catch {
    return false;
  }
}

function nullIfBad(cause: unknown): null {
  if (cause instanceof errors.JWKSTimeout || !(cause instanceof errors.JOSEError))
    throw new AppError(
      'auth.keys_unavailable',
      "The team's keys (LATIDO_JWT_JWKS_URL) cannot be read. Try again.",
      { cause },
    );
  return null;
}
