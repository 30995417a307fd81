import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../calls/index.ts';
import type { FileStore } from '../files/index.ts';
import type { Clock, Config, Db, Log } from '../platform/index.ts';

/** Who writes and reads; access answers. */
export interface Who {
  require(request: FastifyRequest): Promise<Viewer & { name: string; via: 'cookie' | 'bearer' | 'api_key' }>;
}

/** Where data is sent to people in a room of LiveKit. */
export interface DataSender {
  sendData(
    roomName: string,
    of: { topic: string; data: Uint8Array; identities: readonly string[] },
  ): Promise<void>;
}

/** What chat stands on. */
export interface ChatDeps {
  readonly db: Db;
  readonly access: Who;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Pick<Config, 'files'>;
  readonly rooms: DataSender;
  /** Where files lie. */
  readonly store: FileStore;
  /** Where whoever has the call open is told. */
  readonly hub: () => {
    publish(told: { channel: string; event: string; data: string; without: readonly string[] }): void;
  };
}
