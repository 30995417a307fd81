import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../launch/path.mjs';

/** The folder that holds go.mod and go.sum. */
export const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** The one version that everything of ours was measured with, read from go.mod so that it stands in one place. */
export function pinnedVersion() {
  const found = /livekit-server (v[\d.]+)/.exec(readFileSync(join(FOLDER, 'go.mod'), 'utf8'));
  if (!found) throw new Error('tools/livekit/go.mod names no livekit-server.');
  return found[1];
}

/** Where the binary of exactly this version and these modules is kept for this person. */
export function cachedBinary(env = process.env) {
  const modules = createHash('sha256')
    .update(readFileSync(join(FOLDER, 'go.sum')))
    .digest('hex')
    .slice(0, 12);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return join(cacheFolder(env), `livekit-server-${pinnedVersion()}-${modules}${suffix}`);
}
