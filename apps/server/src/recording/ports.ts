import type { Readable } from 'node:stream';
import type { Role } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../calls/index.ts';
import type { FileStore } from '../files/index.ts';
import type { Clock, Config, Db, DbOrTx, Hints, Log } from '../platform/index.ts';

/** Who acts. */
export interface Actor extends Viewer {
  readonly roles: readonly Role[];
  readonly via: 'cookie' | 'bearer' | 'api_key';
}

/** A recorder at work. */
export interface Recorder {
  /** These people may be recorded from now on, nobody else. */
  allow(whom: readonly string[]): void;
  /** Ends it, as of so many milliseconds ago; resolves when the file is written. */
  stop(agoMs?: number): Promise<Ended>;
}

/** How a part ended. */
export interface Ended {
  readonly diskIsFull: boolean;
  /** Null where the recorder could not say. */
  readonly durationMs: number | null;
}

/** What a recorder is given. */
export interface Shoot {
  /** LiveKit's name of the room. */
  readonly room: string;
  readonly identity: string;
  readonly file: string;
  readonly whom: readonly string[];
  /** Its first picture belongs to that instant, epoch ms. */
  readonly onBegan: (at: number) => void;
  /** It has ended although nobody told it to. */
  readonly onBroken: (ended: Ended) => void;
}

/** What makes recordings. The built-in one is engine.ts; LiveKit's is egress.ts of the livekit module. */
export interface Engine {
  /** It cannot leave anybody out: it works only while everybody in the room has said yes. */
  readonly recordsEverybody?: boolean;
  /** Why nothing can be recorded; null when it can. */
  fault(): Promise<string | null>;
  start(shoot: Shoot): Recorder;
  /** What is left to do with a finished file. Gives how long it plays, ms; null where that is not known. */
  finish(file: string): Promise<number | null>;
}

/** Where files of recordings lie. */
export interface Files {
  /** Where a part is written to; its folder is there. */
  place(key: string): Promise<string>;
  /** Bytes of a part; null where there is none. */
  size(key: string): Promise<number | null>;
  read(key: string, span: { from: number; to: number }): Promise<Readable>;
  /** Hands a finished part to the bucket, where there is one; what is there already, and where there is none, stays as it is. */
  keep(key: string): Promise<void>;
  /** Recordings of which something lies here although a bucket should have it. */
  left(): Promise<string[]>;
  /** Removes these parts from the bucket, where there is one. @throws file.store_unavailable */
  removeKept(recordingId: string, parts: readonly number[]): Promise<void>;
  /** Removes what lies here. */
  remove(recordingId: string): Promise<void>;
  /** Why nothing can be written at all; null when it can. */
  fault(): Promise<string | null>;
  /** Whether there is room to write. */
  hasRoom(): Promise<boolean>;
}

/** What recording stands on. */
export interface RecordingDeps {
  readonly db: Db;
  /** Where finished parts lie if it is a bucket; in a folder they stay where they were written. */
  readonly store: FileStore;
  readonly access: { require(request: FastifyRequest, ...roles: Role[]): Promise<Actor> };
  readonly clock: Clock;
  readonly hints: Hints;
  readonly log: Log;
  readonly config: Pick<Config, 'recordings' | 'livekitUrl'>;
  /** A token for a recorder. */
  readonly token: (of: { room: string; identity: string }) => Promise<string>;
  /** Hands that went up in a room; none where a room has no such thing. */
  readonly hands: (
    db: DbOrTx,
    roomName: string,
  ) => Promise<readonly { readonly personId: string; readonly raisedAt: Date }[]>;
  readonly hub: () => { broadcast(channel: string, event: string, data: unknown): void };
  /** In the place of the built-in one. */
  readonly engine?: Engine | undefined;
  /** Over what the folder says. */
  readonly files?: Partial<Files> | undefined;
}
