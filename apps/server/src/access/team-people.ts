import type { Role, TeamPerson } from '@latido/protocol';
import { sql } from 'kysely';
import { problem, type AppError, type Db } from '../platform/index.ts';
import { changePersonIn } from './change-person.ts';
import { columns, createPerson, personByIdOrEmail, type OnPersonCreated, type Person } from './people.ts';

/** A person by the id that a team's own system has for them; null when there is none. */
export async function personByExternalId(db: Db, externalId: string): Promise<Person | null> {
  return (await personsByExternalIds(db, [externalId])).get(externalId) ?? null;
}

/** People by the ids that a team's own system has for them; unknown ones are left out. */
export async function personsByExternalIds(
  db: Db,
  externalIds: readonly string[],
): Promise<Map<string, Person>> {
  const { rows } = await sql<Person>`
    select ${columns} from access.person p where p.external_id = any(${[...externalIds]}::text[])`.execute(
    db,
  );
  return new Map(
    rows.flatMap((person) => (person.externalId === null ? [] : [[person.externalId, person] as const])),
  );
}

/** Ids of people by what they are called: our id, or the one that a team's own system has for them. Unknown ones are left out. */
export async function personIdsNamed(db: Db, names: readonly string[]): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const { rows } = await sql<{ name: string; id: string }>`
    select asked.name, coalesce(own.id, theirs.id) as id from unnest(${[...new Set(names)]}::text[]) as asked (name)
      left join access.person own on own.id = asked.name
      left join access.person theirs on theirs.external_id = asked.name
    where coalesce(own.id, theirs.id) is not null`.execute(db);
  return new Map(rows.map(({ name, id }) => [name, id]));
}

/** Ids of everybody who has one of these roles and is not banned. */
export async function personIdsOfRoles(db: Db, roles: readonly Role[]): Promise<string[]> {
  if (roles.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select distinct p.id from access.person p join access.person_role r on r.person_id = p.id
    where r.role = any(${[...roles]}::text[]) and p.banned_at is null`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Makes the person whom a team's own system calls so, or brings them up to date; what is left out stays. Sent twice at the
 * same moment it is one person.
 *
 * @throws person.exists when somebody else has the e-mail
 */
export async function putTeamPerson(
  db: Db,
  { externalId, is, onRoles }: { externalId: string; is: TeamPerson; onRoles?: OnPersonCreated | undefined },
): Promise<{ person: Person; isNew: boolean }> {
  const { name, email, locale, roles } = is;
  const before = await personByExternalId(db, externalId);
  if (before === null) {
    const made = { name, email: email ?? null, roles: roles ?? ['client'], externalId };
    try {
      const person = await createPerson(
        db,
        { ...made, ...(locale === undefined ? {} : { locale }) },
        onRoles,
      );
      return { person, isNew: true };
    } catch (error) {
      if (!isTaken(error)) throw error;
      // Somebody was faster with this id, or has the e-mail.
      if ((await personByExternalId(db, externalId)) === null) throw emailTaken(email);
      return await putTeamPerson(db, { externalId, is, onRoles });
    }
  }
  try {
    const person = await db.transaction().execute(async (tx) => {
      const change = roles === undefined ? {} : { roles };
      const changed = await changePersonIn(tx, { id: before.id, change, onRoles });
      await sql`update access.person set name = ${name}, locale = coalesce(${locale ?? null}::text, locale),
        email = coalesce(${email?.toLowerCase() ?? null}::text, email) where id = ${before.id}`.execute(tx);
      return (await personByIdOrEmail(tx, before.id)) ?? changed;
    });
    return { person, isNew: false };
  } catch (error) {
    throw isTaken(error) ? emailTaken(email) : error;
  }
}

/** A unique value that another row has (SQLSTATE 23505). */
function isTaken(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '23505';
}

function emailTaken(email: string | null | undefined): AppError {
  return problem('person.exists', `Somebody else has the e-mail ${email ?? ''}.`);
}
