import type { IncomingHttpHeaders } from 'node:http';
import type { ApiScope, PatchPerson, Role, TeamPerson } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import {
  derivedSecret,
  problem,
  systemClock,
  type App,
  type Clock,
  type Config,
  type Database,
  type DbOrTx,
  type Hints,
  type Job,
  type Log,
} from '../platform/index.ts';
import { createAccounts, type PasswordHashing } from './accounts.ts';
import { changePerson, signOutEverywhere } from './change-person.ts';
import { startEndings, type Endings } from './endings.ts';
import { listPeople, type ListedPerson, type PeopleAsked } from './list-people.ts';
import { createGuest, forgetGuests, opensToGuest, type GuestSignedIn } from './guests.ts';
import { isForged, isOurOrigin } from './origins.ts';
import {
  createPerson,
  personByIdOrEmail,
  personsById,
  type NewPerson,
  type OnPersonCreated,
  type Person,
} from './people.ts';
import { hasPassword, setPassword } from './set-password.ts';
import {
  createClientToken,
  forgetClientTokens,
  opens,
  revokeClientTokens,
  type AskedFor,
  type ClientToken,
  type NewToken,
} from './client-tokens.ts';
import { principalFor, type Principal, type PrincipalSources } from './principal.ts';
import { personByExternalId, personIdsNamed, personIdsOfRoles, putTeamPerson } from './team-people.ts';
import { createTeamJwt } from './team-jwt.ts';
import { SharedTries } from './shared-tries.ts';
import { registerAccountRoutes } from './account-routes.ts';
import { registerAccessRoutes } from './routes.ts';

/** Who somebody is and what they may do. */
export interface Access {
  /** Who sent this request, or null. A banned person is refused (403). Read once for a request. */
  principal(request: FastifyRequest): Promise<Principal | null>;
  /** Who sent this request, with one of these roles (any role when none is named): else 401 or 403. */
  require(request: FastifyRequest, ...roles: Role[]): Promise<Principal>;
  /** The same for an API key's scope, which people with one of `roles` have too. */
  requireScope(request: FastifyRequest, scope: ApiScope, ...roles: Role[]): Promise<Principal>;
  /**
   * Who asks for an upgrade, for what else is at this address.
   *
   * @throws AppError `auth.forbidden` for a token that is not good for it
   */
  principalFromHeaders(headers: IncomingHttpHeaders, url: string): Promise<Principal | null>;
  /** Whether a page of ours, or no page at all, sent these headers: sockets ask before they believe a cookie. */
  isOurOrigin(headers: IncomingHttpHeaders): boolean;
  personByIdOrEmail(db: DbOrTx, idOrEmail: string): Promise<Person | null>;
  personsById(db: DbOrTx, ids: readonly string[]): Promise<Map<string, Person>>;
  /** Makes a person without an account (brought by a team's own system). */
  createPerson(made: NewPerson): Promise<Person>;
  /** Makes somebody with a name, no role and no way to sign in again, and signs them in. */
  createGuest(name: string): Promise<GuestSignedIn>;
  /** Makes an account with a password and its person; what exists already is given back as it is. */
  createAccount(made: NewAccount): Promise<Person>;
  /** The people there are, the newest first. */
  listPeople(asked: PeopleAsked): Promise<{ people: ListedPerson[]; nextCursor: string | null }>;
  /** Gives roles, bans, takes a ban back. What ends by it ends at once, on every node. */
  changePerson(id: string, change: PatchPerson): Promise<Person>;
  /** Ends every sign-in of somebody; gives how many there were. */
  signOutEverywhere(personId: string): Promise<number>;
  /** A person by our id or e-mail, or by the id that a team's own system has for them. */
  personNamed(of: { personId?: string | undefined; externalId?: string | undefined }): Promise<Person | null>;
  /** Ids of people by our ids or a team's own; unknown names are left out. */
  personIdsNamed(names: readonly string[]): Promise<Map<string, string>>;
  /** Ids of everybody who has one of these roles and is not banned. */
  personIdsOfRoles(roles: readonly Role[]): Promise<string[]>;
  /** Makes or updates the person whom a team's own system calls so. */
  putTeamPerson(externalId: string, is: TeamPerson): Promise<{ person: Person; isNew: boolean }>;
  /** Gives a bearer for somebody's browser or phone, shown this once. */
  createClientToken(of: NewToken): Promise<ClientToken & { readonly token: string }>;
  /** Ends somebody's client tokens, or one of them, and the sockets that hang on it; gives how many those were. */
  revokeClientTokens(personId: string, tokenId?: string): Promise<number>;
  /** Whether somebody signs in with this password. */
  hasPassword(email: string, password: string): Promise<boolean>;
  /** Gives somebody who has an account another password. */
  setPassword(email: string, password: string): Promise<void>;
  /** What was ended before it had run out: sockets and tickets that hang on it are over. */
  readonly endings: Endings;
  readonly jobs: readonly Job[];
  routes(app: App): void;
}

/** An account as the server makes one by itself (demo people). */
export interface NewAccount {
  name: string;
  email: string;
  password: string;
  roles: Role[];
}

export interface AccessOptions {
  database: Database;
  config: Pick<Config, 'authSecret' | 'publicUrl' | 'origins' | 'development'> &
    Partial<Pick<Config, 'teamJwt'>>;
  log: Log;
  /** Default: the machine's. */
  clock?: Pick<Clock, 'now'>;
  /** Without it other nodes notice by themselves. */
  hints?: Hints;
  /** How often to look for sessions that ended, beside hints. */
  lookEveryMs?: number;
  onPersonCreated?: OnPersonCreated;
  /** Default: scrypt. */
  passwords?: PasswordHashing | undefined;
}

/** Puts accounts, people, roles and API keys together. */
export function createAccess(options: AccessOptions): Access {
  const { database, config, log, hints, onPersonCreated } = options;
  const { db } = database;
  const accounts = createAccounts({ database, config, log, passwords: options.passwords });
  const make = (made: NewPerson): Promise<Person> => createPerson(db, made, onPersonCreated);
  const sources = { database, accounts, make, teamJwt: createTeamJwt(config.teamJwt, { db, make }) };
  const fromHeaders = (headers: IncomingHttpHeaders) => principalFor(sources, headers);
  const endings = startEndings({ db, hints, log, clock: options.clock, lookEveryMs: options.lookEveryMs });
  const sharedTries = new SharedTries({
    db,
    clock: options.clock ?? systemClock,
    secret: derivedSecret(config.authSecret, 'sign-in tries'),
  });
  const known = new WeakMap<FastifyRequest, Promise<Principal | null>>();
  const access: Access = {
    principal(request) {
      const found = known.get(request) ?? fromHeaders(request.headers);
      known.set(request, found);
      return found;
    },
    async require(request, ...roles) {
      const principal = await required(access, request);
      if (roles.length > 0 && !roles.some((role) => principal.roles.includes(role))) throw missing(roles);
      return principal;
    },
    async requireScope(request, scope, ...roles) {
      const principal = await required(access, request);
      const { scopes } = principal;
      if (scopes.includes(scope) || scopes.includes('admin')) return principal;
      if (roles.some((role) => principal.roles.includes(role))) return principal;
      throw problem('auth.forbidden', `This needs the scope ${scope}.`);
    },
    async principalFromHeaders(headers, url) {
      const principal = await fromHeaders(headers);
      return principal && reaching(principal, { method: 'GET', url });
    },
    isOurOrigin: (headers) => isOurOrigin(headers, config.origins),
    ...createPeople({ ...sources, endings, onPersonCreated }),
    hasPassword: (email, password) => hasPassword(accounts, email, password),
    setPassword: (email, password) => setPassword(accounts, email, password),
    endings,
    jobs: [
      ...endings.jobs,
      forgetClientTokens(db),
      forgetGuests(db, options.clock ?? systemClock),
      sharedTries.forget(),
    ],
    routes(app) {
      app.addHook('onRequest', async (request) => {
        if (isForged(request, config.origins)) {
          const from = request.headers.origin ?? 'nowhere';
          throw problem(
            'auth.origin_refused',
            `A page of ${from} may not do this. LATIDO_ORIGINS lists who may.`,
          );
        }
      });
      const { development } = config;
      registerAccountRoutes({ app, accounts, database, make, endings, sharedTries, development });
      registerAccessRoutes({ app, access, db });
    },
  };
  return access;
}

type People = Pick<
  Access,
  | 'personByIdOrEmail'
  | 'personsById'
  | 'createPerson'
  | 'createAccount'
  | 'createGuest'
  | 'listPeople'
  | 'changePerson'
  | 'signOutEverywhere'
  | 'personNamed'
  | 'personIdsNamed'
  | 'personIdsOfRoles'
  | 'putTeamPerson'
  | 'createClientToken'
  | 'revokeClientTokens'
>;

/** Finding, making and changing people; whatever may have ended by a change is looked for at once. */
function createPeople(
  sources: PrincipalSources & { endings: Endings; onPersonCreated: OnPersonCreated | undefined },
): People {
  const { database, make, endings, onPersonCreated } = sources;
  const { db } = database;
  /** After the commit every node looks at once for what has ended by it. */
  const ending = async <T>(done: Promise<T>): Promise<T> => {
    const result = await done;
    endings.announce();
    return result;
  };
  return {
    personByIdOrEmail,
    personsById,
    createPerson: make,
    createAccount: (made) => createAccount(sources, made),
    createGuest: (name) => createGuest(sources, name),
    listPeople: (asked) => listPeople(db, asked),
    changePerson: (id, change) => ending(changePerson(db, { id, change, onRoles: onPersonCreated })),
    signOutEverywhere: (personId) => ending(signOutEverywhere(db, personId)),
    async personNamed({ personId, externalId }) {
      if (externalId !== undefined) return await personByExternalId(db, externalId);
      return personId === undefined ? null : await personByIdOrEmail(db, personId);
    },
    personIdsNamed: (names) => personIdsNamed(db, names),
    personIdsOfRoles: (roles) => personIdsOfRoles(db, roles),
    putTeamPerson: (externalId, is) =>
      ending(putTeamPerson(db, { externalId, is, onRoles: onPersonCreated })),
    createClientToken: (of) => createClientToken(db, of),
    revokeClientTokens: (personId, tokenId) => ending(revokeClientTokens(db, personId, tokenId)),
  };
}

async function required(access: Access, request: FastifyRequest): Promise<Principal> {
  const principal = await access.principal(request);
  if (!principal) throw problem('auth.required', 'Sign in, or send a bearer token or an API key.');
  return reaching(principal, request);
}

function reaching(principal: Principal, asked: AskedFor): Principal {
  if (principal.reach && !opens(principal.reach, asked))
    throw problem('auth.forbidden', `This token is good for ${principal.reach.join(' and ')} only.`);
  if (principal.isGuest && !opensToGuest(asked.url))
    throw problem('auth.forbidden', 'You are here as a guest of one session. For the rest, make an account.');
  return principal;
}

function missing(roles: Role[]): Error {
  return problem('auth.forbidden', `This needs the role ${roles.join(' or ')}.`);
}

async function createAccount(
  { database, accounts, make }: PrincipalSources,
  made: NewAccount,
): Promise<Person> {
  const { name, email, password, roles } = made;
  const before = await personByIdOrEmail(database.db, email);
  if (before) return before;
  const { user, token } = await accounts.api.signUpEmail({ body: { name, email, password } });
  // Nobody is there to use the session that a sign-up opens.
  if (token) await accounts.api.signOut({ headers: new Headers({ authorization: `Bearer ${token}` }) });
  return await make({ name, email, roles, authUserId: user.id });
}
