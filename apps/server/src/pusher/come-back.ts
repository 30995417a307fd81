import { randomInt } from 'node:crypto';
import { PUSHER_CODES } from '@latido/protocol';
import type { Clock, Hints } from '../platform/index.ts';
import type { Connection } from './connection.ts';

/** After how long a socket whose subscribe could not be judged is sent to ask again: at least this, at most that. */
const SOON_MS = { least: 1_000, most: 5_000 };
/** Those who met a limit come back over so long after its end: all at once they would meet it again. */
const SPREAD_MS = 30_000;

/** Tells every node of such a socket. Payload: its id, and behind a space how many ms a limit lasts, where it was one. */
const HINT = 'pusher.come_back';

export interface ComeBackDeps {
  readonly hints: Hints;
  readonly clock: Clock;
  readonly connections: ReadonlyMap<string, Connection>;
}

/** Has sockets come back to ask again for what could not be judged: clients ask once only, and a channel would be dead for good. */
export class ComeBack {
  readonly #deps: ComeBackDeps;
  /** Hears no more from other nodes. */
  readonly stop: () => unknown;

  constructor(deps: ComeBackDeps) {
    this.#deps = deps;
    this.stop = deps.hints.subscribe(HINT, (payload) => {
      const [socketId = '', limitMs = '0'] = payload.split(' ');
      const connection = deps.connections.get(socketId);
      if (connection) this.later(connection, Number(limitMs));
    });
  }

  /** A socket, which may be on another node; `limitMs`: how long a limit that it met lasts. */
  ask(socketId: string, limitMs = 0): void {
    this.#deps.hints.publish(HINT, limitMs > 0 ? `${socketId} ${limitMs}` : socketId);
  }

  later(connection: Connection, limitMs = 0): void {
    if (connection.comesBack) return;
    connection.comesBack = true;
    const { least, most } = SOON_MS;
    this.#deps.clock.setTimeout(
      () => connection.refuse(PUSHER_CODES.comeBack, 'a subscription could not be judged: ask again'),
      limitMs + randomInt(least, limitMs > 0 ? SPREAD_MS : most),
    );
  }
}
