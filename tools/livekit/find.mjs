import { spawnSync } from 'node:child_process';
import { onPath, isProgram } from '../launch/path.mjs';
import { buildWithGo, whyGoCannot } from './build.mjs';
import { pullImage, whyDockerCannot } from './docker.mjs';
import { downloadRelease } from './download.mjs';
import { cachedBinary, pinnedVersion } from './release.mjs';

/**
 * Finds a livekit-server, or makes one. In this order: `LIVEKIT_URL` (then there is nothing to do), the PATH, the one
 * made earlier, Go, the official download, Docker. Never throws because a way does not work: it says so and goes on.
 *
 * @param {import('./index.d.mts').EnsureOptions & { releases?: string }} [options] `releases`: where the official
 *   release is fetched from (tests)
 * @returns {Promise<import('./index.d.mts').FoundLivekit>}
 */
export async function ensureLivekit(options = {}) {
  const { log = console.log, signal, env = process.env, except = [], releases } = options;
  const given = env.LIVEKIT_URL || env.LIVEKIT_WS_URL;
  if (given) return { kind: 'given', url: given };
  const onThePath = onPath('livekit-server', env.PATH);
  const isWanted = (path) => !except.includes(path);
  if (onThePath && isWanted(onThePath) && runs(onThePath)) return { kind: 'binary', path: onThePath };
  const target = cachedBinary(env);
  if (isProgram(target) && isWanted(target)) return { kind: 'binary', path: target };
  if (options.make === false) return { kind: 'none', reason: 'None is here, and none was to be made.' };
  const onPathWords = onThePath
    ? `the livekit-server at ${onThePath} does not run`
    : 'there is no livekit-server on the PATH';
  return make({ target, log, signal, env, releases, onPathWords });
}

async function make({ onPathWords, ...how }) {
  const { target, log, signal, env } = how;
  const reasons = [onPathWords];
  for (const way of [withGo, withDownload]) {
    const reason = await way(how);
    if (reason === null) return { kind: 'binary', path: target };
    reasons.push(reason);
    signal?.throwIfAborted();
  }
  const docker = await withDocker({ log, env });
  if (docker === null) return { kind: 'docker' };
  return { kind: 'none', reason: explain([...reasons, docker]) };
}

async function withGo({ target, log, signal, env }) {
  const go = onPath('go', env.PATH);
  if (!go) return 'there is no Go to build it with';
  const why = whyGoCannot(go);
  if (why) return why;
  try {
    await buildWithGo({ go, target, log, signal });
    return null;
  } catch (error) {
    return `building it with Go failed (${error.message})`;
  }
}

async function withDownload({ target, log, releases }) {
  try {
    await downloadRelease({ target, log, base: releases });
    return null;
  } catch (error) {
    return `the official release could not be had (${error.message})`;
  }
}

async function withDocker({ log, env }) {
  const why = whyDockerCannot(env);
  if (why) return why;
  try {
    await pullImage({ log, env });
    return null;
  } catch (error) {
    return error.message;
  }
}

function explain(reasons) {
  return (
    `No LiveKit server ${pinnedVersion()} could be found or made: ` +
    `${reasons.slice(0, -1).join(', ')}, and ${reasons.at(-1)}. Put a livekit-server on the PATH, install Go 1.21 or newer, start Docker, or point ` +
    'LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET at a LiveKit that you have.'
  );
}

function runs(path) {
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
}
