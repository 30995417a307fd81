import type { Role } from '@latido/protocol';
import { sql } from 'kysely';
import type { Access, Person } from '../access/index.ts';
import { chance, keepDemoPassword, keepSecrets, type Config, type Db } from '../platform/index.ts';

/** The people that a newcomer tries Latido with, and that scripts from outside rely on. */
export const DEMO_PEOPLE: readonly { name: string; email: string; role: Role; coins: bigint }[] = [
  { name: 'Alice', email: 'alice@demo.test', role: 'client', coins: 100n },
  { name: 'Bob', email: 'bob@demo.test', role: 'model', coins: 0n },
  { name: 'Carol', email: 'carol@demo.test', role: 'collector', coins: 0n },
  { name: 'Dora', email: 'dora@demo.test', role: 'mentor', coins: 0n },
  { name: 'Eve', email: 'eve@demo.test', role: 'mentee', coins: 0n },
  { name: 'Admin', email: 'admin@demo.test', role: 'admin', coins: 0n },
];

export interface DemoDeps {
  access: Pick<Access, 'createAccount' | 'hasPassword' | 'setPassword'>;
  db: Db;
  config: Pick<Config, 'development' | 'dataDir' | 'demoPassword'>;
  /** Gives coins once, however often it is asked. */
  giveCoins(person: Person, coins: bigint): Promise<void>;
}

/**
 * Makes the demo people, in development only and on the first start only (when there is nobody yet). A password that
 * somebody set is theirs from then on, also when they had been made with another one.
 *
 * @returns the password that the demo people sign in with; undefined where there are none or where nobody here knows it
 */
export async function makeDemoPeople(deps: DemoDeps): Promise<string | undefined> {
  const { db, config } = deps;
  if (!config.development) return undefined;
  const { rows } = await sql<{ email: string | null }>`select email from access.person`.execute(db);
  const known = new Set(rows.map(({ email }) => email));
  const there = DEMO_PEOPLE.filter(({ email }) => known.has(email));
  // A start that was killed halfway left some of them: the others are made now.
  const isFirstStart = rows.length === there.length;
  if (there.length < DEMO_PEOPLE.length && !isFirstStart) return undefined;
  const kept = keepSecrets(config.dataDir).demoPassword;
  const isNobodysGuess = there.length === DEMO_PEOPLE.length && !kept && !config.demoPassword;
  if (isNobodysGuess) return undefined;
  const password = config.demoPassword ?? kept ?? chance(12);
  if (password !== kept) keepDemoPassword(config.dataDir, password);
  const isTheirs = await makeThem(deps, there, password);
  return isTheirs ? password : undefined;
}

/** @returns whether they all sign in with this password now. */
async function makeThem(
  { access, config, giveCoins }: DemoDeps,
  there: readonly { email: string }[],
  password: string,
): Promise<boolean> {
  const [first] = there;
  const fits = !first || (await access.hasPassword(first.email, password));
  // Kept by us, and changed since by somebody who signed in: it is not ours to change back.
  if (!fits && config.demoPassword === undefined) return false;
  // The first one last: by its password the next start sees whether all of them have it.
  if (!fits) for (const { email } of there.toReversed()) await access.setPassword(email, password);
  if (there.length === DEMO_PEOPLE.length) return true;
  // Also those that are there: a start may have been killed between the account and its coins.
  for (const { name, email, role, coins } of DEMO_PEOPLE) {
    const person = await access.createAccount({ name, email, password, roles: [role] });
    if (coins > 0n) await giveCoins(person, coins);
  }
  return true;
}
