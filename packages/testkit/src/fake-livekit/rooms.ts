import {
  DisconnectReason,
  ParticipantInfo,
  ParticipantInfo_Kind,
  ParticipantInfo_State,
  ParticipantPermission,
  Room,
} from '@livekit/protocol';
import type { TrackInfo } from '@livekit/protocol';
import { newId } from '../ids.ts';

/** A connection that hangs on a participant: a browser's signalling, or nothing for a scripted one. */
export interface Peer {
  /** Somebody in the room changed. */
  changed(participants: readonly FakeParticipant[]): void;
  /** The room's own description changed. */
  roomChanged(): void;
  /** The server ended the participant; the connection has to go. */
  ended(reason: DisconnectReason): void;
  /** A packet for the client's data channel. */
  packet(bytes: Uint8Array, reliable: boolean): void;
}

/** What a token or a script says about who joins. */
export interface JoinFields {
  identity: string;
  name?: string;
  metadata?: string;
  attributes?: Record<string, string>;
  kind?: keyof typeof ParticipantInfo_Kind;
  permission?: ParticipantPermission;
}

/** A room as `CreateRoom` asked for it; durations in milliseconds. */
export interface RoomParts {
  name: string;
  madeAt: number;
  emptyTimeoutMs: number;
  departureTimeoutMs: number;
  metadata: string;
  maxParticipants: number;
}

/** One room of the fake; it lives from `room_started` to `room_finished`. */
export class FakeRoom {
  readonly sid = newId('RM_');
  readonly name: string;
  readonly madeAt: number;
  readonly emptyTimeoutMs: number;
  readonly departureTimeoutMs: number;
  readonly maxParticipants: number;
  metadata: string;
  /** By identity. */
  readonly participants = new Map<string, FakeParticipant>();
  closeTimer: unknown;

  constructor(parts: RoomParts) {
    this.name = parts.name;
    this.madeAt = parts.madeAt;
    this.emptyTimeoutMs = parts.emptyTimeoutMs;
    this.departureTimeoutMs = parts.departureTimeoutMs;
    this.maxParticipants = parts.maxParticipants;
    this.metadata = parts.metadata;
  }

  /** Tells the others (hidden ones are nobody's business) and, when asked, the participant itself. */
  announce(participant: FakeParticipant, { toItself = false } = {}): void {
    participant.version++;
    if (toItself) participant.peer?.changed([participant]);
    if (participant.permission.hidden) return;
    for (const other of this.participants.values()) {
      if (other !== participant) other.peer?.changed([participant]);
    }
  }

  /** Whom `participant` can see. */
  visibleTo(participant: FakeParticipant): FakeParticipant[] {
    return [...this.participants.values()].filter(
      (other) => other !== participant && !other.permission.hidden,
    );
  }

  /** The room as LiveKit describes it. */
  toProto(): Room {
    return new Room({
      sid: this.sid,
      name: this.name,
      emptyTimeout: Math.round(this.emptyTimeoutMs / 1000),
      departureTimeout: Math.round(this.departureTimeoutMs / 1000),
      maxParticipants: this.maxParticipants,
      creationTime: BigInt(Math.floor(this.madeAt / 1000)),
      creationTimeMs: BigInt(this.madeAt),
      turnPassword: `turn-${this.sid}`,
      enabledCodecs: [{ mime: 'audio/opus' }, { mime: 'video/VP8' }],
      metadata: this.metadata,
      numParticipants: this.participants.size,
      numPublishers: [...this.participants.values()].filter((one) => one.tracks.size > 0).length,
    });
  }
}

/** One participant sid, from signal connect to its end. */
export class FakeParticipant {
  readonly sid = newId('PA_');
  readonly room: FakeRoom;
  readonly identity: string;
  readonly joinedAt: number;
  readonly kind: keyof typeof ParticipantInfo_Kind;
  name: string;
  metadata: string;
  attributes: Record<string, string>;
  permission: ParticipantPermission;
  state: ParticipantInfo_State = ParticipantInfo_State.JOINED;
  disconnectReason: DisconnectReason = DisconnectReason.UNKNOWN_REASON;
  version = 0;
  /** By track sid. */
  readonly tracks = new Map<string, TrackInfo>();
  peer: Peer | undefined;
  lostTimer: unknown;

  constructor(room: FakeRoom, fields: JoinFields, joinedAt: number) {
    this.room = room;
    this.joinedAt = joinedAt;
    this.identity = fields.identity;
    this.name = fields.name ?? '';
    this.metadata = fields.metadata ?? '';
    this.attributes = { ...fields.attributes };
    this.kind = fields.kind ?? 'STANDARD';
    this.permission =
      fields.permission ??
      new ParticipantPermission({ canSubscribe: true, canPublish: true, canPublishData: true });
  }

  get isGone(): boolean {
    return this.state === ParticipantInfo_State.DISCONNECTED;
  }

  /** The participant as LiveKit describes it. */
  toProto(): ParticipantInfo {
    return new ParticipantInfo({
      sid: this.sid,
      identity: this.identity,
      name: this.name,
      state: this.state,
      metadata: this.metadata,
      attributes: { ...this.attributes },
      joinedAt: BigInt(Math.floor(this.joinedAt / 1000)),
      joinedAtMs: BigInt(this.joinedAt),
      version: this.version,
      permission: this.permission.clone(),
      isPublisher: this.tracks.size > 0,
      kind: ParticipantInfo_Kind[this.kind],
      tracks: [...this.tracks.values()].map((track) => track.clone()),
      disconnectReason: this.disconnectReason,
    });
  }
}
