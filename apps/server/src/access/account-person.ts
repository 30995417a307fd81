import type { Role } from '@latido/protocol';
import { problem, type Database } from '../platform/index.ts';
import { asGuest, wantsGuest } from './guests.ts';
import { personOfAccount, type NewPerson, type Person } from './people.ts';

export interface AccountSources {
  database: Database;
  make: (made: NewPerson) => Promise<Person>;
}

/** A person whose account is closed is refused everywhere. */
export function refuseBanned(person: Person): Person {
  if (person.bannedAt) throw problem('auth.forbidden', 'This account is closed.');
  return person;
}

/** Roles that somebody may take by themselves. */
export const OPEN_ROLES = ['client', 'model', 'mentor', 'mentee'] as const satisfies readonly Role[];

/** The person on whom an account hangs; made now when the sign-up broke before that. */
export async function personForAccount(
  { database, make }: AccountSources,
  account: { id: string; name: string; email: string },
): Promise<Person> {
  const found = await personOfAccount(database.db, account.id);
  if (found) return found;
  const wanted = await wantedRole(database, account.id);
  const { id: authUserId, name, email } = account;
  if (wantsGuest(wanted)) return await make({ ...asGuest, name, authUserId });
  const role = OPEN_ROLES.find((open) => open === wanted) ?? 'client';
  return await make({ name, email, roles: [role], authUserId });
}

async function wantedRole({ db }: Database, accountId: string): Promise<string | null> {
  const row = await db
    .withSchema('access')
    .withTables<{ user: { id: string; wantedRole: string | null } }>()
    .selectFrom('user')
    .select('wantedRole')
    .where('id', '=', accountId)
    .executeTakeFirst();
  return row?.wantedRole ?? null;
}
