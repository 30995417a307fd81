import type { Role } from '@latido/protocol';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { personIdsOfRoles, personsById } from '../access/index.ts';
import { checkAttention } from '../collections/index.ts';
import { audit } from '../api/index.ts';
import { runCredits, type Check } from './credits-command.ts';
import {
  createLog,
  loadConfig,
  LockedError,
  openDatabase,
  openHints,
  SETTINGS,
  systemClock,
  takeLock,
  type Config,
  type Database,
  type Db,
  type Env,
} from '../platform/index.ts';
import { askServer, type DoorCommands } from './operator-door.ts';
import { prepareDatabase } from '../prepare-database.ts';
import { rebuild, type RebuildStep } from '../rebuild.ts';
import { runStuck } from './stuck-command.ts';
import { StartError, wordsFor } from './start-errors.ts';

const USAGE = `Usage: npx latido <command>
  migrate   bring the database up to this version
  config    print every setting, its value and its meaning
  audit     compare the money with what it follows from; exit code 1 when they differ, also beside a running server
  rebuild   drop everything that is derived and fold the facts again
  stuck     list, retry or drop what could not be folded, also beside a running server
  credits   check-attention: tell collectors now which credits need them, also beside a running server`;

/** Where a command runs. */
export interface Terminal {
  env: Env;
  /** Words after the command's name. */
  args?: readonly string[];
  /** A line of the answer. */
  print: (line: string) => void;
  /** A line about what went wrong. */
  complain: (line: string) => void;
}

interface Open {
  database: Database;
  config: Config;
  /** Migrations that were applied now. */
  applied: string[];
}

/**
 * Runs `npx latido <command>`.
 *
 * @returns the exit code: 0 done, 1 differences found, 2 it could not be done
 */
export async function runCommand(name: string | undefined, terminal: Terminal): Promise<number> {
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const wasAskedFor = /^(-h|--?help|help)$/.test(name ?? '');
    terminal[wasAskedFor ? 'print' : 'complain'](USAGE);
    return wasAskedFor ? 0 : 2;
  }
  try {
    return await command(terminal);
  } catch (error) {
    const words = wordsFor(error, terminal.env);
    terminal.complain(words ?? (error instanceof Error ? (error.stack ?? error.message) : String(error)));
    return 2;
  }
}

type Command = (terminal: Terminal) => Promise<number> | number;

const COMMANDS: Readonly<Record<string, Command>> = {
  migrate: runMigrate,
  config: printConfig,
  audit: runAudit,
  rebuild: runRebuild,
  stuck: runStuckKeys,
  credits: runCheck,
};

/** Opens the database under its lock, brought up to date, as the server does, and closes it afterwards. */
async function withDatabase({ env }: Terminal, fn: (open: Open) => Promise<number>): Promise<number> {
  const config = loadConfig(env);
  const giveBack = config.databaseUrl ? () => {} : lock(config);
  try {
    const database = await openDatabase(config, createLog(config.logLevel));
    try {
      const applied = await prepareDatabase(database);
      return await fn({ database, config, applied });
    } finally {
      await database.close();
    }
  } finally {
    giveBack();
  }
}

function lock({ dataDir }: Config): () => void {
  try {
    return takeLock(join(dataDir, 'database.lock'), dataDir);
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new StartError(
      `${error.message} Two on one embedded database would destroy it: end that one first, or ask it ` +
        '(GET /api/v1/admin/audit answers an admin).',
      { cause: error },
    );
  }
}

/** A question about a database that is not there must not make one. */
function mustExist({ env }: Terminal): void {
  const { databaseUrl, databaseDir } = loadConfig(env);
  if (databaseUrl || existsSync(join(databaseDir, 'PG_VERSION'))) return;
  throw new StartError(
    `There is no database in ${databaseDir} yet: npm start or npx latido migrate makes it.`,
  );
}

function printConfig({ env, print }: Terminal): number {
  for (const { key, standard, secret, unit, doc } of SETTINGS) {
    const set = env[key];
    const value = set === undefined ? (standard ?? '') : secret ? '(set)' : set;
    print(
      `${key}=${value}${unit && value ? ` ${unit}` : ''}${set === undefined && value ? '  (default)' : ''}`,
    );
    print(`    ${doc}`);
  }
  // What does not fit is told after it was shown.
  loadConfig(env);
  return 0;
}

/** Asks the server that runs on the embedded database, else opens the database. */
async function askOrOpen(
  name: 'audit' | 'migrate' | 'stuck' | 'credits',
  terminal: Terminal,
  fn: (open: Open) => Promise<number>,
): Promise<number> {
  const { databaseUrl, dataDir } = loadConfig(terminal.env);
  const answered = databaseUrl ? null : await askServer(dataDir, name, terminal);
  return answered ?? (await withDatabase(terminal, fn));
}

/** What a running server does for commands that come to its door. */
export function doorCommands(
  db: Db,
  { wake = () => undefined, check }: { wake?: () => void; check?: Check } = {},
): DoorCommands {
  return {
    audit: (terminal) => printAudit(db, terminal),
    async stuck(terminal) {
      const code = await runStuck(db, terminal);
      // The stages look now, and not only when they would by themselves.
      wake();
      return code;
    },
    ...(check && { credits: (terminal) => runCredits(check, terminal) }),
    async migrate({ print }) {
      print('The database is up to date: a server runs on it.');
      return 0;
    },
  };
}

async function runMigrate(terminal: Terminal): Promise<number> {
  return await askOrOpen('migrate', terminal, async ({ applied }) => {
    terminal.print(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The database is up to date.');
    return 0;
  });
}

async function runAudit(terminal: Terminal): Promise<number> {
  mustExist(terminal);
  return await askOrOpen('audit', terminal, ({ database: { db } }) => printAudit(db, terminal));
}

async function runStuckKeys(terminal: Terminal): Promise<number> {
  mustExist(terminal);
  return await askOrOpen('stuck', terminal, ({ database: { db } }) => runStuck(db, terminal));
}

/** Beside a server on Postgres its pages hear of it within seconds, by looking; its own check tells them at once. */
async function runCheck(terminal: Terminal): Promise<number> {
  mustExist(terminal);
  return await askOrOpen('credits', terminal, async ({ database: { db }, config }) => {
    const log = createLog(config.logLevel);
    const hints = await openHints(config.redisUrl, log);
    const ground = {
      db,
      hints,
      log,
      access: { personsById, personIdsOfRoles: (roles: readonly Role[]) => personIdsOfRoles(db, roles) },
      clock: systemClock,
      settings: config.collections,
    };
    try {
      return await runCredits((wish) => checkAttention({ ...ground, announce: () => {} }, wish), terminal);
    } finally {
      await hints.close();
    }
  });
}

async function printAudit(db: Db, { print }: Pick<Terminal, 'print'>): Promise<number> {
  let count = 0;
  for await (const { what, id, expected, found } of audit(db)) {
    count += 1;
    print(`${what}  ${id}  expected ${expected}, found ${found}`);
  }
  print(count === 0 ? 'The money and what it follows from agree.' : `${count} differences.`);
  return count === 0 ? 0 : 1;
}

async function runRebuild(terminal: Terminal): Promise<number> {
  mustExist(terminal);
  return await withDatabase(terminal, async ({ database, config }) => {
    const log = createLog(config.logLevel);
    const told = percents((line) => terminal.print(line));
    const { facts, intervals, meters, keptFrom } = await rebuild({ database, config, log, told });
    terminal.print(
      `Folded ${facts} facts into ${intervals} intervals; laid the units of ${meters} meters anew.`,
    );
    if (keptFrom !== null)
      terminal.print(
        `Facts from before ${new Date(keptFrom).toISOString()} were forgotten (LATIDO_FACTS_KEEP_MS): what they said stands as it was.`,
      );
    return 0;
  });
}

/** A line for each whole percent of facts, and of meters, that is more than the one before: at most a hundred of each. */
export function percents(print: (line: string) => void): (step: RebuildStep) => void {
  const last = { facts: 0, meters: 0 };
  return ({ what, done, total }) => {
    const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
    if (percent <= last[what]) return;
    last[what] = percent;
    print(`${percent} % of the ${what}`);
  };
}
