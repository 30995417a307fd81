import { betterAuth } from 'better-auth';
import { bearer } from 'better-auth/plugins';
import { newId, type Config, type Database, type Log } from '../platform/index.ts';
import { PASSWORD_MAX, PASSWORD_MIN } from './passwords.ts';

/** What accounts need of the settings. */
export type AccountSettings = Pick<Config, 'authSecret' | 'publicUrl' | 'origins'>;

const DAY_S = 24 * 60 * 60;

/** How a password is kept and compared. */
export interface PasswordHashing {
  hash(password: string): Promise<string>;
  verify(compared: { hash: string; password: string }): Promise<boolean>;
}

/** better-auth on our tables. It knows accounts and sign-ins; who somebody is, is a person of ours. */
export function createAccounts({
  database,
  config,
  log,
  passwords,
}: {
  database: Database;
  config: AccountSettings;
  log: Log;
  /** Without it by better-auth's scrypt. */
  passwords?: PasswordHashing | undefined;
}) {
  return betterAuth({
    appName: 'Latido',
    baseURL: config.publicUrl,
    basePath: '/api/auth',
    secret: config.authSecret,
    database: { db: database.db.withSchema('access'), type: 'postgres', transaction: true },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
      ...(passwords ? { password: passwords } : {}),
    },
    user: {
      additionalFields: { wantedRole: { type: 'string', required: false, input: true, returned: false } },
    },
    session: { expiresIn: 30 * DAY_S, updateAge: DAY_S },
    plugins: [bearer()],
    // Limits and the check of origins are those of the routes (routes.ts): one place, one form of error.
    rateLimit: { enabled: false },
    trustedOrigins: config.origins,
    advanced: {
      disableCSRFCheck: true,
      disableOriginCheck: true,
      cookiePrefix: 'latido',
      useSecureCookies: config.publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      database: { generateId: () => newId('user') },
    },
    logger: {
      level: 'warn',
      log: (level, message) => log[level === 'error' ? 'error' : 'warn']({ from: 'better-auth' }, message),
    },
    telemetry: { enabled: false },
  });
}

/** Accounts at work. */
export type Accounts = ReturnType<typeof createAccounts>;
