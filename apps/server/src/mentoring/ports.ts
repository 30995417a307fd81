import type { ApiScope, Role } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import type { Clock, Config, Db, Hints, Log } from '../platform/index.ts';

/** Who acts. */
export interface Actor {
  readonly personId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly scopes: readonly string[];
  readonly via: 'cookie' | 'bearer' | 'api_key';
  /** They came into one session by its link, and have nothing else here. */
  readonly isGuest: boolean;
}

/** Who is behind a request; access answers. */
export interface Who {
  /** Null for who is not signed in. */
  principal(request: FastifyRequest): Promise<Actor | null>;
  /** Makes somebody with a name alone, and signs them in. */
  createGuest(name: string): Promise<{
    readonly person: { readonly id: string; readonly name: string };
    readonly cookies: readonly string[];
    readonly token: string;
  }>;
  require(request: FastifyRequest, ...roles: Role[]): Promise<Actor & { readonly locale: string }>;
  requireScope(request: FastifyRequest, scope: ApiScope, ...roles: Role[]): Promise<Actor>;
}

/** Where whoever is connected now is told; what must not be lost is in the inbox as well. */
export interface Teller {
  broadcast(channel: string, event: string, data: unknown): void;
  /** Sends the sockets of somebody away, on every node; they come back, and are asked anew what they may hear. */
  terminate(personId: string): void;
}

/** Rooms of LiveKit, as far as a host commands them. */
export interface RoomDesk {
  /**
   * Turns off microphones or cameras of those who are meant, by their identities. Gives the identities of those of them who are there.
   *
   * @throws livekit.unavailable
   */
  turnOff(
    roomName: string,
    what: { readonly source: 'microphone' | 'camera'; readonly isMeant: (identity: string) => boolean },
  ): Promise<string[]>;
}

/** What mentoring stands on. */
export interface MentoringDeps {
  readonly db: Db;
  readonly access: Who;
  readonly clock: Clock;
  readonly hints: Hints;
  readonly log: Log;
  readonly config: Pick<Config, 'publicUrl' | 'authSecret'>;
  readonly hub: () => Teller;
  readonly rooms: RoomDesk;
  /** Resolves when what LiveKit has said is folded: who met is read from that. */
  readonly caughtUp: () => Promise<void>;
}
