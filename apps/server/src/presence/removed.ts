import type { Db, Hints, Log } from '../platform/index.ts';
import { claimedRooms } from './claims.ts';
import type { TicketClaims } from './tickets.ts';

/** Somebody is no more of a call that they were of. Payload: the person's id. */
const REMOVED_HINT = 'presence.removed';

/** Has every node ask anew which calls a person is of, after the commit that took them out of one (PRES-R34). */
export function hintRemoved(hints: Pick<Hints, 'publish'>, personId: string): void {
  hints.publish(REMOVED_HINT, personId);
}

/** What of a socket is needed. */
interface Removable {
  readonly claims: Pick<TicketClaims, 'personId' | 'callId' | 'roomName'>;
  end(): void;
}

/** What watching needs. */
export interface RemovedDeps {
  readonly db: Db;
  readonly hints: Pick<Hints, 'subscribe'>;
  readonly log: Log;
  readonly connections: Iterable<Removable>;
}

/**
 * Closes the sockets of those who are no more of the call that their ticket names. A ticket does not know that: the call's room
 * is asked whose it is as a socket opens, when somebody was removed, and with each list of the open rooms, since a hint may be lost.
 */
export class RemovedFromCalls {
  readonly #deps: RemovedDeps;
  readonly #unsubscribe: () => void;
  readonly #asking = new Set<Promise<void>>();

  constructor(deps: RemovedDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.hints.subscribe(REMOVED_HINT, (personId) =>
      this.judge([...deps.connections].filter(({ claims }) => claims.personId === personId)),
    );
  }

  /** Asks of those whom a list of the open rooms' people lacks: it may be older than their coming back. Gives the list. */
  look<List extends ReadonlyMap<string, readonly string[]>>(open: List): List {
    const isOut = ({ claims: { roomName, personId } }: Removable): boolean =>
      open.get(roomName)?.includes(personId ?? '') === false;
    this.judge([...this.#deps.connections].filter(isOut));
    return open;
  }

  judge(connections: readonly Removable[]): void {
    const ofCalls = connections.filter(({ claims }) => claims.callId !== null);
    if (ofCalls.length === 0) return;
    const asking = this.#judge(ofCalls)
      .catch((error: unknown) =>
        this.#deps.log.warn({ err: error }, 'whether sockets are of their calls is asked again'),
      )
      .finally(() => this.#asking.delete(asking));
    this.#asking.add(asking);
  }

  async #judge(connections: readonly Removable[]): Promise<void> {
    const rooms = await claimedRooms(
      this.#deps.db,
      connections.map(({ claims }) => claims.roomName),
    );
    for (const connection of connections) {
      const { roomName, personId, callId } = connection.claims;
      const claim = rooms.get(roomName);
      if (claim?.callId === callId && !claim.people.includes(personId ?? '')) connection.end();
    }
  }

  /** Resolves when nothing is being asked. */
  async caughtUp(): Promise<void> {
    await Promise.all(this.#asking);
  }

  close(): void {
    this.#unsubscribe();
  }
}
