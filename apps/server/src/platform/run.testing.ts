/** For tests only: what goes on around all tests of a run. Its Postgres databases are used again and again, and dropped in the end. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** What the names of databases of this run begin with. */
export const databasesOfRun = (): string => `latido_test_${process.env['LATIDO_TEST_RUN'] ?? 'x'}_`;

/** Called by vitest before the first test; what it gives is called after the last one. */
export default function startRun(): () => Promise<void> {
  process.env['LATIDO_TEST_RUN'] = randomBytes(4).toString('hex');
  return dropDatabases;
}

async function dropDatabases(): Promise<void> {
  const url = process.env['LATIDO_TEST_DATABASE_URL'];
  if (!url) return;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1)',
      [databasesOfRun()],
    );
    for (const { name } of rows) await client.query(`drop database if exists ${name} with (force)`);
  } finally {
    await client.end();
  }
}
