import type { Duplex } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { CallState } from '@latido/protocol';
import type { WebSocket } from 'ws';

/** Who asks to join: what the authorizer reads of a principal. */
export interface Joiner {
  readonly personId: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** The id that a team's own system has for them: a collector's channel goes by it, too. */
  readonly externalId?: string | null;
  /** The session that they are signed in by; none for an API key. */
  readonly sessionId?: string | null;
  /** Epoch ms at which the bearer that they came with runs out, where it does. */
  readonly until?: number | undefined;
}

/** Whether this person may be in this channel. */
export type MayJoin = (joiner: Joiner, channel: string) => Promise<boolean>;

/** Who is behind a request; access answers. */
export interface Who {
  require(request: FastifyRequest): Promise<Joiner>;
}

/** Who takes the sockets of beats; presence answers. */
export interface PresenceSockets {
  /** The claims of a ticket, or null when it is not good (any more). */
  readTicket(ticket: string): unknown;
  /** Takes the socket over. */
  accept(socket: WebSocket, claims: never, stream: Duplex): void;
}

/** Reads a call as one of its people may see it; null for others. */
export type CallStateFor = (callId: string, viewerId: string) => Promise<CallState | null>;

/** Sends events to whoever is subscribed now, on every node. Nothing is kept: what must not be lost goes to the inbox. */
export interface Broadcaster {
  broadcast(channel: string, event: string, data: unknown): void;
}
