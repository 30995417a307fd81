import type { Redis } from 'ioredis';
import type { Log } from './log.ts';

/** Says once that Redis is away, and once that it is back: it is asked again every two seconds at most. */
export function noteAbsence(connections: readonly Redis[], log: Log): void {
  let isAway = false;
  for (const connection of connections) {
    connection.on('error', (error: NodeJS.ErrnoException) => {
      if (isAway) return;
      isAway = true;
      log.warn({ reason: error.code ?? error.message }, 'redis is away');
    });
    connection.on('ready', () => {
      if (!isAway || connections.some(({ status }) => status !== 'ready')) return;
      isAway = false;
      log.warn({}, 'redis is back');
    });
  }
}
