import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of a story: the embedded one, or a fresh one on the Postgres of the tests. */
export interface Store {
  readonly name: string;
  /** Gives the DATABASE_URL of a fresh database; undefined for the embedded one. */
  make(): Promise<string | undefined>;
}

async function freshPostgres(adminUrl: string): Promise<string> {
  const name = `story_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** The embedded database, and Postgres where the tests were given one. */
export function stores(): Store[] {
  const admin = process.env['LATIDO_TEST_DATABASE_URL'];
  const embedded: Store = { name: 'embedded', make: async () => undefined };
  return admin ? [embedded, { name: 'postgres', make: () => freshPostgres(admin) }] : [embedded];
}

/** One database, for what no database can break: Postgres where there is one, since the embedded one has stories enough. */
export function oneStore(): Store {
  return stores().at(-1)!;
}
