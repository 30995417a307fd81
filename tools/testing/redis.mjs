import { connect } from 'node:net';
import { endChild, exited, spawnTied } from '../launch/child.mjs';
import { onPath } from '../launch/path.mjs';
import { freePort } from '../launch/ports.mjs';

/**
 * A Redis for tests: the one that `LATIDO_TEST_REDIS_URL` names, else the machine's redis-server, in memory only, on a
 * free loopback port. npm carries none.
 *
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<import('./index.d.mts').TestRedis | null>}
 */
export async function ensureRedis({ env = process.env } = {}) {
  const given = env.LATIDO_TEST_REDIS_URL;
  if (given) return { url: given, from: 'LATIDO_TEST_REDIS_URL', stop: async () => {} };
  const server = onPath('redis-server', env.PATH);
  if (!server) return null;
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawnTied(server, args, { cwd: '/', stdio: 'ignore' });
  const stop = () => endChild(child);
  if (await untilReady(child, port))
    return { url: `redis://127.0.0.1:${port}`, from: server, pid: child.pid, stop };
  await stop();
  return null;
}

async function untilReady(child, port) {
  let gone = false;
  void exited(child).then(() => (gone = true));
  const giveUpAt = Date.now() + 10_000;
  while (!gone && Date.now() < giveUpAt) {
    if (await answers(port)) return true;
    await new Promise((next) => setTimeout(next, 30));
  }
  return false;
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('error', () => end(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => end(answer.toString().startsWith('+PONG')));
  });
}
