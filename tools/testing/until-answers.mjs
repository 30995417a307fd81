import { connect } from 'node:net';
import { exited } from '../launch/child.mjs';

/**
 * Until a server on loopback answers as it should, or its process ends, or the time is over.
 *
 * @param {{ child: import('node:child_process').ChildProcess, port: number, say: string | Buffer,
 *   isReady: (answer: Buffer) => boolean, withinMs: number }} options
 * @returns {Promise<boolean>} whether it is ready
 */
export async function untilAnswers({ child, port, say, isReady, withinMs }) {
  const giveUpAt = Date.now() + withinMs;
  let gone = false;
  void exited(child).then(() => (gone = true));
  while (!gone && Date.now() < giveUpAt) {
    if (await answers({ port, say, isReady })) return true;
    await new Promise((next) => setTimeout(next, 30));
  }
  return false;
}

function answers({ port, say, isReady }) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('error', () => end(false));
    socket.once('connect', () => socket.write(say));
    socket.once('data', (answer) => end(isReady(answer)));
  });
}
