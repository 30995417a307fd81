import type { ErrorCode } from '@latido/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addressKey, problem, type App, type Database } from '../platform/index.ts';
import { OPEN_ROLES, personForAccount, refuseBanned } from './account-person.ts';
import type { Accounts } from './accounts.ts';
import type { Endings } from './endings.ts';
import { PASSWORD_MAX, PASSWORD_MIN, refuseCommon } from './passwords.ts';
import { personByIdOrEmail, type NewPerson, type Person } from './people.ts';
import type { SharedTries } from './shared-tries.ts';
import { SignInTries } from './sign-in-tries.ts';

/** What the routes of accounts need. */
export interface AccountRoutesOptions {
  app: App;
  accounts: Accounts;
  database: Database;
  make: (made: NewPerson) => Promise<Person>;
  /** Told of whatever ends a session. */
  endings: Pick<Endings, 'announce'>;
  /** What all nodes count of passwords that were not the right ones. */
  sharedTries: SharedTries;
  development: boolean;
}

const email = z.email().max(254);
const newPassword = z.string().min(PASSWORD_MIN).max(PASSWORD_MAX);
const SignUp = z.object({
  name: z.string().trim().min(1).max(100),
  email,
  password: newPassword,
  role: z.enum(OPEN_ROLES).default('client'),
});
const SignIn = z.object({
  email,
  password: z.string().min(1).max(PASSWORD_MAX),
  rememberMe: z.boolean().optional(),
});

/** Errors of better-auth that have a row of their own in our table. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  INVALID_EMAIL_OR_PASSWORD: 'auth.refused',
  INVALID_PASSWORD: 'auth.refused',
  USER_ALREADY_EXISTS: 'person.exists',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'person.exists',
};
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'auth.required',
  403: 'auth.forbidden',
  404: 'route.not_found',
  429: 'request.rate_limited',
};

const ChangePassword = z.object({ currentPassword: z.string().min(1).max(PASSWORD_MAX), newPassword });

/** What of better-auth is open besides those with a body of ours: the rest would let people change rows behind our back. */
const OPEN = ['GET get-session', 'GET list-sessions', 'POST sign-out', 'POST revoke-sessions'];

/** Registers `/api/auth/*`. */
export function registerAccountRoutes(options: AccountRoutesOptions): void {
  const { app, accounts, database, endings, development } = options;
  // Tests and demos make people from one address all the time.
  const often = { max: development ? 600 : 60, timeWindow: 60_000 };
  // Whoever makes accounts has one for each request to be counted by.
  const perAddress = { ...often, keyGenerator: ({ ip }: FastifyRequest) => addressKey(ip) };
  const tries = new SignInTries(options.sharedTries);

  app.post(
    '/api/auth/sign-up/email',
    { schema: { body: SignUp, tags: ['access'] }, config: { rateLimit: perAddress } },
    async (request, reply) => {
      const { role, ...rest } = request.body;
      await refuseCommon(rest.password, [rest.name, rest.email]);
      if (await personByIdOrEmail(database.db, rest.email))
        throw problem('person.exists', 'This e-mail is taken.');
      const answer = await ask(accounts, request, { ...rest, wantedRole: role });
      if (answer.ok) await personForAccount(options, (await userOf(answer)).user);
      return await pass(answer, reply);
    },
  );

  app.post(
    '/api/auth/sign-in/email',
    { schema: { body: SignIn, tags: ['access'] } },
    async (request, reply) => {
      const who = { account: request.body.email, address: request.ip };
      const answer = await tries.check(who, () => readable(ask(accounts, request, request.body)));
      if (answer.ok) await refuseIfBanned(options, await userOf(answer));
      return await pass(answer, reply);
    },
  );

  app.post(
    '/api/auth/change-password',
    { schema: { body: ChangePassword, tags: ['access'] }, config: { rateLimit: often } },
    async (request, reply) => {
      const answer = await changePassword({ accounts, tries }, request);
      endings.announce();
      return await pass(answer, reply);
    },
  );

  for (const [method, path] of OPEN.map((route) => route.split(' ') as ['GET' | 'POST', string])) {
    app.route({
      method,
      url: `/api/auth/${path}`,
      schema: { tags: ['access'] },
      config: { rateLimit: often },
      handler: async (request, reply) => {
        const answer = await ask(accounts, request, request.body);
        if (method === 'POST') endings.announce();
        return await pass(answer, reply);
      },
    });
  }
}

type ChangePassword = z.infer<typeof ChangePassword>;

/** Whoever was signed in by the old password is signed out, but for this very session. */
async function changePassword(
  { accounts, tries }: { accounts: Accounts; tries: SignInTries },
  request: FastifyRequest & { body: ChangePassword },
): Promise<Response> {
  const headers = headersOf(request);
  const signedIn = await accounts.api.getSession({ headers });
  if (!signedIn) throw problem('auth.required', 'Sign in first.');
  const { currentPassword, newPassword: wanted } = request.body;
  await refuseCommon(wanted, [signedIn.user.name, signedIn.user.email]);
  const who = { account: signedIn.user.email, address: request.ip };
  const sent = { currentPassword, newPassword: wanted };
  const answer = await tries.check(who, () => readable(ask(accounts, request, sent)));
  if (answer.ok) await accounts.api.revokeOtherSessions({ headers });
  return answer;
}

/** Asks better-auth. */
async function ask(accounts: Accounts, request: FastifyRequest, body: unknown): Promise<Response> {
  const headers = headersOf(request);
  const { pathname, search } = new URL(request.url, 'http://server');
  const url = new URL(pathname + search, accounts.options.baseURL);
  const sent: RequestInit = { method: request.method, headers };
  if (request.method === 'POST') {
    headers.set('content-type', 'application/json');
    sent.body = JSON.stringify(body ?? {});
  }
  return await accounts.handler(new Request(url, sent));
}

/** An answer of better-auth that says whether the password fits; what it could not read says nothing. */
async function readable(asked: Promise<Response>): Promise<Response> {
  const answer = await asked;
  if (answer.status >= 500)
    throw problem('database.unavailable', 'The accounts do not answer. Try again in a moment.');
  return answer;
}

function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const name of ['cookie', 'authorization', 'user-agent', 'origin']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  return headers;
}

const Answer = z.object({
  token: z.string().nullish(),
  user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
});

async function userOf(answer: Response): Promise<z.infer<typeof Answer>> {
  return Answer.parse(await answer.clone().json());
}

/** Somebody who is banned signed in with the right password: the sign-in is taken back. */
async function refuseIfBanned(
  options: AccountRoutesOptions,
  { token, user }: z.infer<typeof Answer>,
): Promise<void> {
  const person = await personForAccount(options, user);
  if (person.bannedAt && token) {
    const headers = new Headers({ authorization: `Bearer ${token}` });
    await options.accounts.api.signOut({ headers });
  }
  refuseBanned(person);
}

/** Gives better-auth's answer on: its cookies and its token, its errors in our form. */
async function pass(answer: Response, reply: FastifyReply): Promise<FastifyReply> {
  const text = await answer.text();
  if (!answer.ok) {
    const { code, message } = (text.startsWith('{') ? JSON.parse(text) : {}) as {
      code?: string;
      message?: string;
    };
    const known = CODES[code ?? ''] ?? BY_STATUS[answer.status];
    // What better-auth cannot read or write is the database's: the log has what it said.
    if (answer.status >= 500)
      throw problem('database.unavailable', 'The accounts do not answer. Try again in a moment.');
    throw problem(known ?? 'request.invalid', `${message ?? 'The request was refused'}.`);
  }
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) reply.header('set-cookie', cookies);
  const token = answer.headers.get('set-auth-token');
  if (token) reply.header('set-auth-token', token);
  reply.header('cache-control', 'no-store');
  return reply.code(answer.status).type('application/json').send(text);
}
