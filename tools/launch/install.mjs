import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onPath, ROOT } from './path.mjs';
import { runToEnd } from './run.mjs';
import { hashOf, isMadeFrom, noteMadeFrom } from './stamp.mjs';

const WORKSPACES = ['packages', 'apps'];

/** Runs npm: the one that runs us, if one does. */
async function runNpm(args, how) {
  // Under `npm start` this names the npm that the person chose.
  const own = process.env.npm_execpath;
  const npm = own?.endsWith('.js') ? [process.execPath, own] : [onPath('npm') ?? 'npm'];
  await runToEnd(npm[0], [...npm.slice(1), ...args], { ...how, name: `npm ${args.join(' ')}` });
}

/** Installs the packages unless exactly these are installed. Quick (some milliseconds) when there is nothing to do. */
export async function ensureInstalled({ log }) {
  const hash = `${hashOf(['package-lock.json', ...packageFiles()])} ${process.platform} ${process.arch}`;
  if (existsSync(join(ROOT, 'node_modules', '.bin')) && isMadeFrom('install', hash)) return;
  // Tools of development are needed to build the web app, whatever NODE_ENV says.
  const args = ['install', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--no-progress'];
  await runNpm(args, { log, label: 'Installing packages, once' });
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
