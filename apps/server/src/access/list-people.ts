import type { PeopleQuery } from '@latido/protocol';
import { sql } from 'kysely';
import { z } from 'zod';
import { readCursor, writeCursor, type Db } from '../platform/index.ts';
import { columns, type Person } from './people.ts';

const PersonId = z.string().regex(/^person_[0-9a-z]+$/);

/** Somebody with what those who look after people need to know. */
export interface ListedPerson extends Person {
  createdAt: Date;
  sessions: bigint;
  lastSeenAt: Date | null;
}

/** Which people: as {@link PeopleQuery}, and only these ids where some are named. */
export type PeopleAsked = Omit<PeopleQuery, 'asking'> & { ids?: readonly string[] | undefined };

/**
 * People, the newest first.
 *
 * @throws cursor.invalid
 */
export async function listPeople(
  db: Db,
  { q = '', role, banned, ids, cursor, limit }: PeopleAsked,
): Promise<{ people: ListedPerson[]; nextCursor: string | null }> {
  const like = `%${q.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const beforeId = readCursor(cursor, PersonId);
  const { rows } = await sql<ListedPerson>`
    select ${columns}, p.created_at as "createdAt",
      (select count(*) from access."session" s where s."userId" = p.auth_user_id and s."expiresAt" > now()) as sessions,
      (select max(s."updatedAt") from access."session" s where s."userId" = p.auth_user_id) as "lastSeenAt"
    from access.person p
    where not p.is_guest and (lower(p.name) like ${like} or p.email like ${like} or p.id = ${q})
      and (${role ?? null}::text is null
        or exists (select 1 from access.person_role r where r.person_id = p.id and r.role = ${role ?? null}))
      and (${banned ?? null}::boolean is null or (p.banned_at is not null) = ${banned ?? null}::boolean)
      and (${ids ?? null}::text[] is null or p.id = any(${ids ?? null}::text[]))
      and (${beforeId ?? null}::text is null or p.id < ${beforeId ?? null})
    order by p.id desc limit ${limit + 1}`.execute(db);
  const people = rows.slice(0, limit);
  const last = people.at(-1);
  const nextCursor = rows.length > limit && last ? writeCursor(last.id) : null;
  return { people, nextCursor };
}
