import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exited, spawnTied } from './child.mjs';
import { onPath, ROOT } from './path.mjs';
import { withProgress } from './progress.mjs';
import { hashOf, isMadeFrom, noteMadeFrom } from './stamp.mjs';

const WORKSPACES = ['packages', 'apps'];

/**
 * Runs npm and keeps what it says to itself unless it fails.
 *
 * @param {string[]} args
 * @param {{ label: string, log: (line: string) => void }} options
 */
export async function runNpm(args, { label, log, env = process.env }) {
  // Under `npm start` this names the npm that runs us; it is the one that the person chose.
  const own = process.env.npm_execpath;
  const npm = own?.endsWith('.js') ? [process.execPath, own] : [onPath('npm') ?? 'npm'];
  const options = { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' };
  const child = spawnTied(npm[0], [...npm.slice(1), ...args], options);
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (words += chunk));
  const failure = new Promise((_, reject) => child.once('error', reject));
  const { code } = await withProgress({ log, label }, () => Promise.race([exited(child), failure]));
  if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${code}.\n${words.trim()}`);
}

/** Installs the packages unless exactly these are installed. Quick (some milliseconds) when there is nothing to do. */
export async function ensureInstalled({ log }) {
  const hash = `${hashOf(['package-lock.json', ...packageFiles()])} ${process.platform} ${process.arch}`;
  if (existsSync(join(ROOT, 'node_modules', '.bin')) && isMadeFrom('install', hash)) return;
  // Tools of development are needed to build the web app, whatever NODE_ENV says.
  const args = ['install', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--no-progress'];
  await runNpm(args, { log, label: 'Installing packages' });
  // npm may have set its lock file to rights: the note is of what is there now.
  noteMadeFrom(
    'install',
    `${hashOf(['package-lock.json', ...packageFiles()])} ${process.platform} ${process.arch}`,
  );
}

function packageFiles() {
  const folders = WORKSPACES.flatMap((each) =>
    readdirSync(join(ROOT, each)).map((name) => `${each}/${name}`),
  );
  return ['package.json', ...[...folders, 'e2e', 'tools'].map((folder) => `${folder}/package.json`)];
}
