import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Database } from './database.ts';

/** One numbered file of `apps/server/sql`. */
export interface Migration {
  name: string;
  text: string;
  hash: string;
}

/** The files of `apps/server/sql`, in their order. */
export function readMigrations(folder = new URL('../../sql/', import.meta.url)): Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(new URL(name, folder), 'utf8');
      return {
        name: name.replace('.sql', ''),
        text,
        hash: createHash('sha256').update(text).digest('hex'),
      };
    });
}

/** The database and the files do not fit together; the message is for a person. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

/** Two nodes that start together must not both migrate; any number does. */
const LOCK = 7_241_603;

const JOURNAL = `
  create schema if not exists platform;
  create table if not exists platform.migration (
    name text primary key, hash text not null, applied_at timestamptz not null default now()
  );`;

/**
 * Brings the database up to the files, forward only, each file once and in a transaction of its own.
 *
 * @returns the names that were applied now
 * @throws MigrationError when a file was changed after it had been applied: then the tables are not what it says
 */
export async function migrate(database: Database, files = readMigrations()): Promise<string[]> {
  await database.script(`select pg_advisory_xact_lock(${LOCK});${JOURNAL}`);
  const applied = await appliedMigrations(database);
  const done: string[] = [];
  for (const { name, text, hash } of files) {
    const before = applied.get(name);
    if (before === hash) continue;
    if (before !== undefined) {
      throw new MigrationError(
        `The migration ${name} was changed after this database had applied it. Put the file back, or start on a ` +
          'new database (in development: move the data folder away).',
      );
    }
    // The row goes first: a second node that migrates now waits here, then fails on the key, and its file is undone.
    await database
      .script(
        `select pg_advisory_xact_lock(${LOCK});
       insert into platform.migration (name, hash) values ('${name}', '${hash}');
       ${text}`,
      )
      .catch(async (error: unknown) => {
        if ((await appliedMigrations(database)).get(name) !== hash) throw error;
      });
    done.push(name);
  }
  return done;
}

async function appliedMigrations(database: Database): Promise<Map<string, string>> {
  const { rows } = await sql<{
    name: string;
    hash: string;
  }>`select name, hash from platform.migration`.execute(database.db);
  return new Map(rows.map(({ name, hash }) => [name, hash]));
}
