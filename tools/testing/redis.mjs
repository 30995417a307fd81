import { endChild, spawnTied } from '../launch/child.mjs';
import { onPath } from '../launch/path.mjs';
import { freePort } from '../launch/ports.mjs';
import { untilAnswers } from './until-answers.mjs';

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
  const isReady = (answer) => answer.toString().startsWith('+PONG');
  if (await untilAnswers({ child, port, say: 'PING\r\n', isReady, withinMs: 10_000 }))
    return { url: `redis://127.0.0.1:${port}`, from: server, pid: child.pid, stop };
  await stop();
  return null;
}
