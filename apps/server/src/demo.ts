import type { Role } from '@latido/protocol';
import { sql } from 'kysely';
import type { Access, Person } from './access/index.ts';
import { chance, keepDemoPassword, keepSecrets, type Config, type Db } from './platform/index.ts';

/** The people that a newcomer tries Latido with, and that scripts from outside rely on. */
export const DEMO_PEOPLE: readonly { name: string; email: string; role: Role; coins: bigint }[] = [
  { name: 'Alice', email: 'alice@demo.test', role: 'client', coins: 100n },
  { name: 'Bob', email: 'bob@demo.test', role: 'model', coins: 0n },
  { name: 'Carol', email: 'carol@demo.test', role: 'collector', coins: 0n },
  { name: 'Dora', email: 'dora@demo.test', role: 'mentor', coins: 0n },
  { name: 'Eve', email: 'eve@demo.test', role: 'mentee', coins: 0n },
  { name: 'Admin', email: 'admin@demo.test', role: 'admin', coins: 0n },
];

/** What making demo people needs. */
export interface DemoDeps {
  access: Access;
  db: Db;
  config: Pick<Config, 'development' | 'dataDir' | 'demoPassword'>;
  /** Gives coins once, however often it is asked. */
  giveCoins(person: Person, coins: bigint): Promise<void>;
}

/**
 * Makes the demo people, in development only and on the first start only (when there is nobody yet).
 *
 * @returns the password of the demo people, undefined where there are none or where nobody here knows it
 */
export async function makeDemoPeople({
  access,
  db,
  config,
  giveCoins,
}: DemoDeps): Promise<string | undefined> {
  if (!config.development) return undefined;
  const kept = keepSecrets(config.dataDir).demoPassword;
  const { rows } = await sql<{ email: string }>`select email from access.person`.execute(db);
  const known = new Set(rows.map(({ email }) => email));
  const missing = DEMO_PEOPLE.filter(({ email }) => !known.has(email));
  // A start that was killed halfway left some of them: those, and only those, are made now.
  const isFirstStart = rows.length === DEMO_PEOPLE.length - missing.length && missing.length > 0;
  if (!isFirstStart) return missing.length === 0 ? (config.demoPassword ?? kept) : undefined;
  const password = kept ?? config.demoPassword ?? chance(12);
  keepDemoPassword(config.dataDir, password);
  for (const { name, email, role, coins } of missing) {
    const person = await access.createAccount({ name, email, password, roles: [role] });
    if (coins > 0n) await giveCoins(person, coins);
  }
  return password;
}
