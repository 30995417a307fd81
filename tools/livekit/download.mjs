import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withProgress } from '../launch/progress.mjs';
import { pinnedVersion } from './release.mjs';

/** A machine without the internet must hear so quickly. */
const CONNECT_MS = 5_000;
const DOWNLOAD_MS = 10 * 60_000;

const PLATFORMS = { linux: 'linux', win32: 'windows' };
const MACHINES = { x64: 'amd64', arm64: 'arm64' };

/** The official archive for this kind of machine; null where LiveKit publishes none (macOS: `brew install livekit`). */
export function archiveName(platform = process.platform, machine = process.arch) {
  if (!PLATFORMS[platform] || !MACHINES[machine]) return null;
  const ending = platform === 'win32' ? 'zip' : 'tar.gz';
  return `livekit_${pinnedVersion().slice(1)}_${PLATFORMS[platform]}_${MACHINES[machine]}.${ending}`;
}

/** The checksum that a checksums.txt (`<sha256>  <name>` lines) gives for a file; null when it does not name it. */
export function checksumOf(text, name) {
  for (const line of text.split('\n')) {
    const [sum, file] = line.trim().split(/\s+\*?/);
    if (file === name && /^[0-9a-f]{64}$/.test(sum)) return sum;
  }
  return null;
}

async function get(url, limitMs) {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error('no answer within 5 s')), CONNECT_MS);
  try {
    const response = await fetch(url, { signal: abort.signal });
    clearTimeout(timer);
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    timer = setTimeout(() => abort.abort(new Error('the download took too long')), limitMs);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw new Error(`${new URL(url).host}: ${error.cause?.code ?? error.message}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Fetches the official release and checks it against the release's own checksums.txt, both over https.
 *
 * @param {{ target: string, log: (line: string) => void, base?: string }} options
 */
export async function downloadRelease({ target, log, base }) {
  const name = archiveName();
  if (!name) throw new Error(`LiveKit publishes no archive for ${process.platform} ${process.arch}`);
  const from = base ?? `https://github.com/livekit/livekit/releases/download/${pinnedVersion()}`;
  const expected = checksumOf((await get(`${from}/checksums.txt`, CONNECT_MS)).toString('utf8'), name);
  if (!expected) throw new Error(`checksums.txt of ${pinnedVersion()} does not name ${name}`);
  const archive = await withProgress({ log, label: `Downloading ${name}` }, () =>
    get(`${from}/${name}`, DOWNLOAD_MS),
  );
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected)
    throw new Error(`${name} has the checksum ${actual}, expected ${expected}: not used`);
  unpack(archive, name, target);
}

function unpack(archive, name, target) {
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(join(dirname(target), 'unpack-'));
  try {
    writeFileSync(join(folder, name), archive);
    // Windows' own tar reads zip as well.
    execFileSync('tar', ['-xf', name], { cwd: folder, stdio: 'ignore' });
    const binary = join(folder, process.platform === 'win32' ? 'livekit-server.exe' : 'livekit-server');
    chmodSync(binary, 0o755);
    renameSync(binary, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
