import type { Role } from '@latido/protocol';
import { sql } from 'kysely';
import { newId, type Db, type DbOrTx, type Tx } from '../platform/index.ts';

/** Somebody: our row, whoever signs them in. */
export interface Person {
  id: string;
  name: string;
  email: string | null;
  roles: Role[];
  locale: string;
  bannedAt: Date | null;
  /** The id that a team's own system has for them. */
  externalId: string | null;
  /** Somebody without an account of their own, who came into one session by its link. */
  isGuest: boolean;
}

/** What a new person is made of. */
export interface NewPerson {
  name: string;
  email: string | null;
  roles: Role[];
  locale?: string;
  /** The account of better-auth that hangs on the person. */
  authUserId?: string;
  /** The id that a team's own system has for them. */
  externalId?: string;
  isGuest?: boolean;
}

/** Runs in the transaction that makes a person, so that nobody exists without what belongs to them. */
export type OnPersonCreated = (tx: Tx, person: Person) => Promise<void>;

/** A person's columns, of `access.person p`. */
export const columns = sql`p.id, p.name, p.email, p.locale, p.banned_at as "bannedAt", p.external_id as "externalId",
  p.is_guest as "isGuest",
  coalesce((select array_agg(r.role order by r.role) from access.person_role r where r.person_id = p.id), '{}')
    as roles`;

/** A person by id or e-mail (any case); null when there is none. */
export async function personByIdOrEmail(db: DbOrTx, idOrEmail: string): Promise<Person | null> {
  const wanted = idOrEmail.trim();
  const where = wanted.includes('@') ? sql`p.email = ${wanted.toLowerCase()}` : sql`p.id = ${wanted}`;
  const { rows } = await sql<Person>`select ${columns} from access.person p where ${where}`.execute(db);
  return rows[0] ?? null;
}

/** The person on whom an account hangs. */
export async function personOfAccount(db: DbOrTx, authUserId: string): Promise<Person | null> {
  const { rows } = await sql<Person>`
    select ${columns} from access.person p where p.auth_user_id = ${authUserId}`.execute(db);
  return rows[0] ?? null;
}

/** Several people by id; who does not exist is left out. */
export async function personsById(db: DbOrTx, ids: readonly string[]): Promise<Map<string, Person>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<Person>`
    select ${columns} from access.person p where p.id = any(${[...new Set(ids)]}::text[])`.execute(db);
  return new Map(rows.map((person) => [person.id, person]));
}

/**
 * Makes a person, their roles and what belongs to them, in one transaction. For an account that has a person already,
 * that person is given back: a sign-up that broke in the middle is finished by whoever comes next.
 */
export async function createPerson(db: Db, made: NewPerson, onCreated?: OnPersonCreated): Promise<Person> {
  return await db.transaction().execute(async (tx) => {
    const id = newId('person');
    const email = made.email?.toLowerCase() ?? null;
    const { rows } = await sql<{ id: string }>`
      insert into access.person (id, name, email, locale, auth_user_id, external_id, is_guest)
      values (${id}, ${made.name}, ${email}, ${made.locale ?? 'en'}, ${made.authUserId ?? null}, ${made.externalId ?? null},
        ${made.isGuest ?? false})
      on conflict (auth_user_id) do nothing returning id`.execute(tx);
    if (!rows[0] && made.authUserId) {
      const person = await personOfAccount(tx, made.authUserId);
      if (person) return person;
    }
    for (const role of made.roles) {
      await sql`insert into access.person_role (person_id, role) values (${id}, ${role})`.execute(tx);
    }
    const person = await personByIdOrEmail(tx, id);
    if (!person) throw new Error(`person ${id} was not written`);
    await onCreated?.(tx, person);
    return person;
  });
}

/** Changes what people may change about themselves. */
export async function renamePerson(
  db: Db,
  id: string,
  to: { name?: string; locale?: string },
): Promise<Person | null> {
  await sql`update access.person set name = coalesce(${to.name ?? null}::text, name),
    locale = coalesce(${to.locale ?? null}::text, locale) where id = ${id}`.execute(db);
  return await personByIdOrEmail(db, id);
}
