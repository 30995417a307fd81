import { z } from 'zod';

/** What somebody may do. A client pays, a model earns, a mentee pays, a mentor earns. */
export const Role = z.enum(['client', 'model', 'mentor', 'mentee', 'collector', 'manager', 'admin']);
export type Role = z.infer<typeof Role>;

/** Roles that pay for a call. */
export const PAYING: readonly Role[] = ['client', 'mentee'];
/** Roles that earn by a call. */
export const EARNING: readonly Role[] = ['model', 'mentor'];

/** `GET /api/v1/me`. */
export const Me = z.object({
  personId: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  roles: z.array(Role),
  locale: z.string(),
  /** Somebody without an account, who came into one session by its link. */
  isGuest: z.boolean(),
});
export type Me = z.infer<typeof Me>;

/** `GET /api/v1/session`: who is signed in, if anybody. */
export const Session = z.object({ person: Me.nullable() });
export type Session = z.infer<typeof Session>;

/** Body of `PATCH /api/v1/me`. */
export const PatchMe = z
  .object({ name: z.string().trim().min(1).max(100).optional(), locale: z.enum(['en', 'es']).optional() })
  .strict();
export type PatchMe = z.infer<typeof PatchMe>;

/** What an API key may be used for. `admin` is everything. */
export const ApiScope = z.enum([
  'attendance:read',
  'calls:read',
  'calls:write',
  'metrics:read',
  'people:write',
  'tokens:mint',
  'notices:send',
  'channels:publish',
  'collections:write',
  'admin',
]);
export type ApiScope = z.infer<typeof ApiScope>;

/** Body of `PUT /api/v1/people/by-external-id/{externalId}`: what is left out stays; roles of a new person: `client`. */
export const TeamPerson = z.strictObject({
  name: z.string().trim().min(1).max(100),
  email: z.email().max(254).nullish(),
  locale: z.enum(['en', 'es']).optional(),
  roles: z.array(Role).max(Role.options.length).optional(),
});
export type TeamPerson = z.infer<typeof TeamPerson>;

/**
 * What a client token is good for: `inbox` notices and channels, `calls` rooms, calls and the wallet, `collections` a collector's
 * credits, payments and visits.
 */
export const ClientScope = z.enum(['inbox', 'calls', 'collections']);
export type ClientScope = z.infer<typeof ClientScope>;

/** The longest that a client token lives: a month, in milliseconds. */
export const CLIENT_TOKEN_TTL_MAX_MS = 30 * 86_400_000;

/** Body of `POST /api/v1/people/{id}/tokens`. */
export const NewClientToken = z.strictObject({
  /** Default: an hour. */
  ttlMs: z.number().int().min(1_000).max(CLIENT_TOKEN_TTL_MAX_MS).default(3_600_000),
  /** Default: all. */
  scopes: z
    .array(ClientScope)
    .min(1)
    .default([...ClientScope.options]),
});
export type NewClientToken = z.infer<typeof NewClientToken>;

/** Answer of `POST /api/v1/people/{id}/tokens`: the only time that the token is shown. Send it as a bearer. */
export const ClientTokenMade = z.object({
  tokenId: z.string(),
  token: z.string(),
  expiresAt: z.iso.datetime(),
});

/** Answer of `DELETE /api/v1/people/{id}/tokens`. */
export const TokensRevoked = z.object({ tokens: z.number().int() });

/** Body of `POST /api/v1/api-keys`. */
export const NewApiKey = z.object({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(ApiScope).min(1),
});
export type NewApiKey = z.infer<typeof NewApiKey>;

/** An API key as it is listed: never the key itself. */
export const ApiKeyShown = z.object({
  id: z.string(),
  /** The part of the key that may be shown: `lat_<prefix>_…`. */
  prefix: z.string(),
  name: z.string(),
  scopes: z.array(ApiScope),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
});
export type ApiKeyShown = z.infer<typeof ApiKeyShown>;

/** Answer of `POST /api/v1/api-keys` and `POST /api/v1/api-keys/{id}/rotate`: the only time that the key is shown. */
export const ApiKeyMade = ApiKeyShown.extend({ key: z.string() });
/** `GET /api/v1/api-keys`. */
export const ApiKeys = z.object({ items: z.array(ApiKeyShown), nextCursor: z.string().nullable() });

/** Somebody as those who look after people see them: `GET /api/v1/people`. */
export const PersonShown = z.object({
  personId: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  roles: z.array(Role),
  locale: z.string(),
  createdAt: z.iso.datetime(),
  /** Refused everywhere since then; null: not banned. */
  bannedAt: z.iso.datetime().nullable(),
  /** In how many browsers and apps they are signed in. */
  sessions: z.number().int(),
  /** When one of those was last heard of, to the day. */
  lastSeenAt: z.iso.datetime().nullable(),
  /** What their wallet has; null where they have none. */
  balance: z.number().int().nullable(),
  /** Since when they ask for coins; null while they do not. */
  asksSince: z.iso.datetime().nullable(),
  /** In their own words, what for. */
  asksFor: z.string().nullable(),
});
export type PersonShown = z.infer<typeof PersonShown>;

const YesNo = z.enum(['true', 'false']).transform((said) => said === 'true');

/** Query of `GET /api/v1/people`, newest first. */
export const PeopleQuery = z.object({
  /** Part of a name or an e-mail, or a whole id. */
  q: z.string().trim().max(200).optional(),
  role: Role.optional(),
  banned: YesNo.optional(),
  /** Only those who ask for coins. */
  asking: YesNo.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type PeopleQuery = z.infer<typeof PeopleQuery>;

/** Body of `PATCH /api/v1/people/{id}`: what is left out stays. */
export const PatchPerson = z
  .object({
    /** All the roles that they have from now on. */
    roles: z.array(Role).max(Role.options.length).optional(),
    /** Banned: signed out everywhere, taken out of their calls, refused until it is taken back. */
    banned: z.boolean().optional(),
  })
  .strict();
export type PatchPerson = z.infer<typeof PatchPerson>;

/** Answer of `POST /api/v1/people/{id}/sign-out`. */
export const SignedOut = z.object({ sessions: z.number().int() });

/** Somebody who can be called now: `GET /api/v1/people/online`. */
export const OnlinePerson = z.object({
  personId: z.string(),
  name: z.string(),
  /** In a call with somebody: they may not answer. */
  inCall: z.boolean(),
});
export type OnlinePerson = z.infer<typeof OnlinePerson>;

/** How well the last day went: `GET /api/v1/admin/service-levels`. */
export const ServiceLevels = z.object({
  since: z.iso.datetime(),
  /** How soon partners were told that somebody is out of reach. */
  told: z.object({
    count: z.number().int(),
    /** Null under thirty cases. */
    p99Ms: z.number().int().nullable(),
    worstMs: z.number().int().nullable(),
    /** Told, and back within five seconds. */
    falseAlarms: z.number().int(),
  }),
  /** Who came into rooms, and how many of them asking had to find, as no webhook came. */
  joins: z.object({ count: z.number().int(), repaired: z.number().int() }),
});
export type ServiceLevels = z.infer<typeof ServiceLevels>;

/** Body of `POST /api/v1/calls/{id}/remove`. */
export const RemoveFromCall = z.object({ identity: z.string().min(1).max(256) }).strict();
