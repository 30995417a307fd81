import { writePricePlans } from './metering/index.ts';
import { migrate, type Database } from './platform/index.ts';

/**
 * Brings a database up to what this version of the code expects: its tables, then the rows that core says.
 *
 * @returns what was done now
 */
export async function prepareDatabase(database: Database): Promise<string[]> {
  const applied = await migrate(database);
  const written = await writePricePlans(database.db);
  return [...applied, ...written.map((plan) => `price plan ${plan}`)];
}
