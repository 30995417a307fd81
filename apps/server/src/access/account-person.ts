import type { Role } from '@latido/protocol';
import { problem, type Database } from '../platform/index.ts';
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
  return await make({ name: account.name, email: account.email, roles: [wanted], authUserId: account.id });
}

async function wantedRole({ db }: Database, accountId: string): Promise<Role> {
  const row = await db
    .withSchema('access')
    .withTables<{ user: { id: string; wantedRole: string | null } }>()
    .selectFrom('user')
    .select('wantedRole')
    .where('id', '=', accountId)
    .executeTakeFirst();
  return OPEN_ROLES.find((role) => role === row?.wantedRole) ?? 'client';
}
