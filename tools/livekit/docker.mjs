import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { exited, spawnTied } from '../launch/child.mjs';
import { withProgress } from '../launch/progress.mjs';
import { pinnedVersion } from './release.mjs';

/** LiveKit's image of the pinned version. */
export const image = () => `livekit/livekit-server:${pinnedVersion()}`;

/** Why Docker cannot be used here, or null. */
export function whyDockerCannot(env) {
  const options = { encoding: 'utf8', timeout: 10_000, env };
  const found = spawnSync('docker', ['info', '--format', '{{.OSType}}'], options);
  if (found.error) return found.error.code === 'ENOENT' ? 'there is no Docker' : 'Docker does not answer';
  if (found.status !== 0) return 'no Docker daemon answers';
  return null;
}

/** Makes sure that the image is here, so that a start needs no network. */
export async function pullImage({ log, env }) {
  if (spawnSync('docker', ['image', 'inspect', image()], { stdio: 'ignore', env }).status === 0) return;
  const child = spawnTied('docker', ['pull', '--quiet', image()], { stdio: 'ignore', env });
  const { code } = await withProgress({ log, label: `Pulling ${image()}` }, () => exited(child));
  if (code !== 0) throw new Error(`docker pull ${image()} ended with ${code}`);
}

/** One container for a folder: the next start there finds what a killed run left behind. */
export function containerName(dir) {
  return `latido-livekit-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`;
}

/** The command that runs it on the host's own loopback, with our file of settings and nothing else. */
export function dockerCommand(settingsPath, name) {
  const mount = `${settingsPath}:/livekit.yaml:ro`;
  // --init passes SIGTERM on; --rm leaves nothing behind; the root user reads a file of mode 0600.
  const args = ['run', '--rm', '--init', '--name', name, '--network', 'host', '-v', mount, image()];
  return { command: 'docker', args: [...args, '--config', '/livekit.yaml'] };
}

/** Ends a container whose client was killed. */
export function removeContainer(name) {
  spawnSync('docker', ['rm', '-f', name], { stdio: 'ignore', timeout: 10_000 });
}
