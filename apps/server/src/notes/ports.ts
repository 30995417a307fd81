import type { NotesRole } from '@latido/core';
import type { Role } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock, Config, Db, DbOrTx, Hints, Log } from '../platform/index.ts';

/** Who acts. */
export interface Writer {
  readonly personId: string;
  readonly name: string;
  readonly locale: string;
  readonly roles: readonly Role[];
  readonly scopes: readonly string[];
  readonly via: 'cookie' | 'bearer' | 'api_key';
  readonly sessionId: string | null;
  /** Epoch ms at which their bearer runs out, where it does. */
  readonly until?: number | undefined;
}

/** Whom somebody is in a session, and whether they were put out of it. */
export interface Standing {
  readonly bookingId: string;
  readonly role: NotesRole;
  readonly isOut: boolean;
  readonly topic: string;
}

/** What notes ask about sessions; mentoring answers. */
export interface Sessions {
  /** @throws booking.not_found */
  standing(db: DbOrTx, bookingId: string, of: Pick<Writer, 'personId' | 'roles'>): Promise<Standing>;
  /** Those that are over. */
  over(db: DbOrTx, bookingIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Where the hub takes upgrades, and says whom to send away. */
export interface Hub {
  readonly doors: {
    add(door: {
      path: RegExp;
      frameBytesMax: number;
      open(asked: { url: URL }): ((socket: WebSocket, stream: Duplex) => void) | 401;
    }): void;
  };
  readonly hub: { onTerminate(sendAway: (personId: string) => void): () => void };
}

/** What notes stand on. */
export interface NotesDeps {
  readonly db: Db;
  readonly access: {
    require(request: FastifyRequest, ...roles: Role[]): Promise<Writer>;
    readonly endings: {
      isEnded(of: { sessionId: string | null; personId: string; since: number }): boolean;
      subscribe(heard: () => void): () => void;
    };
  };
  readonly clock: Clock;
  readonly hints: Hints;
  readonly log: Log;
  readonly config: Pick<Config, 'authSecret'>;
  readonly sessions: Sessions;
  readonly realtime: () => Hub;
}
