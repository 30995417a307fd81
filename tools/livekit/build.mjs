import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { exited, signalGroup, spawnTied } from '../launch/child.mjs';
import { withProgress } from '../launch/progress.mjs';
import { FOLDER, pinnedVersion } from './release.mjs';

const PACKAGE = 'github.com/livekit/livekit-server/cmd/server';

/** The first Go that fetches a newer toolchain by itself when go.mod asks for one. */
const OLDEST_GO = [1, 21];

/** Why this Go cannot build it, or null. */
export function whyGoCannot(go) {
  let version;
  try {
    version = execFileSync(go, ['env', 'GOVERSION'], { encoding: 'utf8', cwd: FOLDER }).trim();
  } catch (error) {
    return `Go at ${go} does not run (${firstLine(error)})`;
  }
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  if (Number(major) === OLDEST_GO[0] && Number(minor) < OLDEST_GO[1])
    return `Go ${version} is older than 1.21`;
  return null;
}

/**
 * Builds the pinned livekit-server from its sources (about two minutes on two cores, 90 MB of modules; a few seconds
 * when Go has them). It is built under a name of its own and renamed, so that nobody ever runs half a file.
 *
 * @param {{ go: string, target: string, log: (line: string) => void, signal?: AbortSignal }} options
 * @returns {Promise<void>} rejects with the compiler's last words
 */
export async function buildWithGo({ go, target, log, signal }) {
  mkdirSync(dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}-${Date.now()}.unfinished`;
  const args = ['build', '-mod=readonly', '-trimpath', '-v', '-ldflags', '-s -w', '-o', unfinished, PACKAGE];
  // Without cgo no C compiler is needed, and the binary is the same on every machine of a kind.
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off' };
  try {
    const child = spawnTied(go, args, { cwd: FOLDER, env, stdio: ['ignore', 'ignore', 'pipe'] });
    const stop = () => signalGroup(child, 'SIGKILL');
    signal?.addEventListener('abort', stop, { once: true });
    const heard = listen(child);
    const label = () =>
      `Building livekit-server ${pinnedVersion()} with Go, once for this machine: ${heard.now()}`;
    const { code } = await withProgress({ log, label, everyMs: 10_000 }, () => exited(child));
    signal?.removeEventListener('abort', stop);
    signal?.throwIfAborted();
    if (code !== 0) throw new Error(heard.lastWords() || `go build ended with ${code}`);
    renameSync(unfinished, target);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** Follows what `go build -v` says: modules as they come down, packages as they are compiled. */
function listen(child) {
  let modules = 0;
  let packages = 0;
  const other = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('go: downloading')) modules += 1;
    else if (/^[\w.\-/]+$/.test(line)) packages += 1;
    else other.push(line);
  });
  return {
    now: () =>
      packages > 0 ? `${packages} of about 800 packages compiled` : `downloading modules, ${modules} so far`,
    lastWords: () => other.slice(-3).join(' '),
  };
}

function firstLine(error) {
  return String(error.message ?? error).split('\n')[0];
}
