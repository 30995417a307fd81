import type { PatchPerson } from '@latido/protocol';
import { sql } from 'kysely';
import { problem, type Db, type Tx } from '../platform/index.ts';
import { revokeClientTokens } from './client-tokens.ts';
import { personByIdOrEmail, type OnPersonCreated, type Person } from './people.ts';

/**
 * Gives somebody other roles, bans them, or takes a ban back; what their roles need is made in the same transaction.
 * Triggers write what ends by it.
 *
 * @throws person.not_found
 * @throws person.last_admin when nobody would be left who may do this
 */
export async function changePerson(db: Db, changing: Changing): Promise<Person> {
  return await db.transaction().execute((tx) => changePersonIn(tx, changing));
}

/** Whom, how, and what new roles need. */
export interface Changing {
  readonly id: string;
  readonly change: PatchPerson;
  readonly onRoles?: OnPersonCreated | undefined;
}

/** As {@link changePerson}, in a transaction that has locked nothing of people yet. */
export async function changePersonIn(tx: Tx, { id, change, onRoles }: Changing): Promise<Person> {
  // Two admins who take the role from each other in one moment: one of them waits here, and then sees who is left.
  await sql`select r.person_id from access.person_role r where r.role = 'admin' order by r.person_id for update`.execute(
    tx,
  );
  const before = await personByIdOrEmail(tx, id);
  if (!before) throw problem('person.not_found', `There is no person ${id.slice(0, 64)}.`);
  if (change.roles !== undefined) await setRoles(tx, before, change.roles);
  if (change.banned !== undefined) await setBan(tx, before.id, change.banned);
  const after = (await personByIdOrEmail(tx, before.id)) ?? before;
  if (before.roles.includes('admin') && !(await hasAdmin(tx))) {
    throw problem('person.last_admin', `${before.name} is the last admin. Make somebody else one first.`);
  }
  if (change.roles !== undefined) await onRoles?.(tx, after);
  return after;
}

/** Ends every sign-in and client token of somebody. Sockets and tickets that hang on one end with it. */
export async function signOutEverywhere(db: Db, personId: string): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string }>`
      delete from access."session" s using access.person p
      where p.id = ${personId} and s."userId" = p.auth_user_id returning s."id"`.execute(tx);
    return rows.length + (await revokeClientTokens(tx, personId));
  });
}

async function setRoles(tx: Tx, { id, roles: had }: Person, roles: PatchPerson['roles'] & {}): Promise<void> {
  const [gone, fresh] = [
    had.filter((role) => !roles.includes(role)),
    roles.filter((role) => !had.includes(role)),
  ];
  await sql`delete from access.person_role where person_id = ${id} and role = any(${gone}::text[])`.execute(
    tx,
  );
  await sql`insert into access.person_role (person_id, role) select ${id}, unnest(${fresh}::text[])
    on conflict do nothing`.execute(tx);
}

async function setBan(tx: Tx, id: string, banned: boolean): Promise<void> {
  await sql`update access.person
    set banned_at = case when ${banned}::boolean then coalesce(banned_at, now()) end where id = ${id}`.execute(
    tx,
  );
}

async function hasAdmin(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    select p.id from access.person p join access.person_role r on r.person_id = p.id
    where r.role = 'admin' and p.banned_at is null limit 1`.execute(tx);
  return rows.length > 0;
}
