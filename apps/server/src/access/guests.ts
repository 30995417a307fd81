import { sql } from 'kysely';
import { chance, type Db, type Job } from '../platform/index.ts';
import type { AccountSources } from './account-person.ts';
import type { Accounts } from './accounts.ts';
import type { Person } from './people.ts';

/** What the account of a guest asks for: a person without a role ({@link wantsGuest}). No sign-up of anybody else may say it. */
const GUEST = 'guest';
const HOUR_MS = 3_600_000;
/** No session is longer: whoever came is gone by then. */
const ACCOUNT_KEPT_MS = 48 * HOUR_MS;

/** A guest, and what signs their browser in. */
export interface GuestSignedIn {
  readonly person: Person;
  readonly cookies: readonly string[];
  readonly token: string;
}

/** Whether an account is that of a guest. */
export const wantsGuest = (wantedRole: string | null | undefined): boolean => wantedRole === GUEST;

/** A person of an account that is a guest's: no role, no address, and so nothing that belongs to either. */
export const asGuest = { email: null, roles: [], isGuest: true };

/**
 * Makes somebody with a name and nothing else, and signs them in. Their account has an address that is nobody's and no password: the
 * sign-in that is given here is the only one there will ever be.
 */
export async function createGuest(
  { accounts, database, make }: AccountSources & { accounts: Accounts },
  name: string,
): Promise<GuestSignedIn> {
  const body = {
    name,
    email: `${chance(26)}@guest.invalid`,
    password: chance(40),
    wantedRole: GUEST,
  };
  const { headers, response } = await accounts.api.signUpEmail({ body, returnHeaders: true });
  const { user, token } = response;
  if (token === null) throw new Error('the sign-in of a guest was not made');
  await sql`delete from access."account" where "userId" = ${user.id}`.execute(database.db);
  const person = await make({ ...asGuest, name, authUserId: user.id });
  return { person, cookies: headers.getSetCookie(), token: headers.get('set-auth-token') ?? token };
}

/** What a guest reaches: their session, its call, and being told of both. Who is whom in them is asked there. */
const OPEN_TO_GUESTS =
  /^\/(api\/v1\/((me|guests|inbox|realtime|presence)\b|bookings\/[^/?]+|calls\/[^/?]+(\/(messages|files|typing|recordings|end)\b|$|\?))|api\/status\/|broadcasting\/|pusher\/)/;

/** Whether an address is open to a guest. */
export const opensToGuest = (url: string): boolean => OPEN_TO_GUESTS.test(url);

/** Accounts of guests go two days later, with their sign-ins; the name stays in what they were at. A missed run is made up by the next. */
export function forgetGuests(db: Db, clock: { now(): number }): Job {
  return {
    name: 'old guests',
    everyMs: HOUR_MS,
    async run() {
      await sql`delete from access."user" u using access.person p where p.auth_user_id = u."id" and p.is_guest
        and p.created_at < ${new Date(clock.now() - ACCOUNT_KEPT_MS)}::timestamptz`.execute(db);
    },
  };
}
