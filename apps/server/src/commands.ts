/** `npx latido migrate | config | audit | rebuild`. */
import { join } from 'node:path';
import { audit } from './metering/index.ts';
import {
  createLog,
  loadConfig,
  messageOf,
  migrate,
  openDatabase,
  SETTINGS,
  takeLock,
  type Config,
  type Database,
  type Setting,
} from './platform/index.ts';
import { rebuild } from './rebuild.ts';

const USAGE = `Usage: npx latido <command>
  migrate   bring the database up to this version
  config    print every setting, its value and its meaning
  audit     compare the money with the facts; exit code 1 when they differ
  rebuild   drop everything that is derived and fold the facts again`;

interface Open {
  database: Database;
  config: Config;
  /** Migrations that were applied now. */
  applied: string[];
}

/** Opens the database under its lock, brought up to date, as the server does, and closes it afterwards. */
async function withDatabase(fn: (open: Open) => Promise<number>): Promise<number> {
  const config = loadConfig(process.env);
  const giveBack = config.databaseUrl
    ? () => {}
    : takeLock(join(config.dataDir, 'database.lock'), config.dataDir);
  try {
    const database = await openDatabase(config, createLog(config.logLevel));
    try {
      const applied = await migrate(database);
      return await fn({ database, config, applied });
    } finally {
      await database.close();
    }
  } finally {
    giveBack();
  }
}

function printConfig(): number {
  for (const { key, standard, secret, unit, doc } of SETTINGS as readonly Setting[]) {
    const set = process.env[key];
    const value = set === undefined ? (standard ?? '') : secret ? '(set)' : set;
    console.log(
      `${key}=${value}${unit && value ? ` ${unit}` : ''}${set === undefined && value ? '  (default)' : ''}`,
    );
    console.log(`    ${doc}`);
  }
  loadConfig(process.env);
  return 0;
}

async function runMigrate(): Promise<number> {
  return await withDatabase(async ({ applied }) => {
    console.log(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The database is up to date.');
    return 0;
  });
}

async function runAudit(): Promise<number> {
  return await withDatabase(async ({ database: { db } }) => {
    let count = 0;
    for await (const { what, id, expected, found } of audit(db)) {
      count += 1;
      console.log(`${what}  ${id}  expected ${expected}, found ${found}`);
    }
    console.log(count === 0 ? 'The money and the facts agree.' : `${count} differences.`);
    return count === 0 ? 0 : 1;
  });
}

async function runRebuild(): Promise<number> {
  return await withDatabase(async ({ database, config }) => {
    const log = createLog(config.logLevel);
    const { facts, intervals, meters } = await rebuild({ database, config, log });
    console.log(
      `Folded ${facts} facts into ${intervals} intervals; laid the units of ${meters} meters anew.`,
    );
    return 0;
  });
}

const COMMANDS: Readonly<Record<string, () => Promise<number> | number>> = {
  migrate: runMigrate,
  config: printConfig,
  audit: runAudit,
  rebuild: runRebuild,
};

const command = COMMANDS[process.argv[2] ?? ''];
if (!command) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
