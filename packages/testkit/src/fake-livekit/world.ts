import { DisconnectReason, ParticipantInfo_State } from '@livekit/protocol';
import type { ParticipantPermission, RoomEndReason, TrackInfo, WebhookEvent } from '@livekit/protocol';
import type { TestClock } from '../clock.ts';
import type { LeaveReason } from '../events.ts';
import * as events from '../events.ts';
import { newId } from '../ids.ts';
import { FakeParticipant, FakeRoom } from './rooms.ts';
import type { JoinFields } from './rooms.ts';

/** Timers and switches of the fake, with LiveKit's defaults. */
export interface WorldSettings {
  autoCreate: boolean;
  /** Room that nobody joined ends after this. */
  emptyTimeoutMs: number;
  /** Room that everybody left ends after this. */
  departureTimeoutMs: number;
  /** Loss of a client's socket → `participant_left` CONNECTION_TIMEOUT (measured 20.2–22.1 s). */
  connectionTimeoutMs: number;
}

/** What the world tells outside. */
export interface WorldPorts {
  clock: TestClock;
  webhook(event: WebhookEvent): void;
}

/** What `createRoom` may say besides the name. */
export interface RoomFields {
  emptyTimeoutMs?: number;
  departureTimeoutMs?: number;
  metadata?: string;
  maxParticipants?: number;
}

/** LiveKit's answer to a join of a room that is not there (with `autoCreate` off). */
export class RoomNotFound extends Error {
  constructor() {
    super('requested room does not exist');
  }
}

/** Data that a server sent to people of a room. */
export interface SentData {
  readonly room: string;
  readonly topic: string;
  /** Empty: to everybody. */
  readonly identities: readonly string[];
  /** As UTF-8. */
  readonly text: string;
}

/**
 * The rooms and people of the fake, and LiveKit's rules for what they do: which webhook each change sends, who
 * closes whom, which timer ends what. Knows no socket and no media: connections hang on as `Peer`s.
 */
export class FakeWorld {
  readonly rooms = new Map<string, FakeRoom>();
  /** What servers sent by SendData. */
  readonly sent: SentData[] = [];
  readonly #settings: WorldSettings;
  readonly #ports: WorldPorts;

  constructor(settings: WorldSettings, ports: WorldPorts) {
    this.#settings = settings;
    this.#ports = ports;
  }

  /** Makes a room, or finds the one of that name: same sid, no second `room_started`. */
  createRoom(name: string, fields: RoomFields = {}): FakeRoom {
    const known = this.rooms.get(name);
    if (known) return known;
    const room = new FakeRoom({
      name,
      madeAt: this.#ports.clock.now(),
      emptyTimeoutMs: fields.emptyTimeoutMs || this.#settings.emptyTimeoutMs,
      departureTimeoutMs: fields.departureTimeoutMs || this.#settings.departureTimeoutMs,
      metadata: fields.metadata ?? '',
      maxParticipants: fields.maxParticipants ?? 0,
    });
    this.rooms.set(name, room);
    this.#ports.webhook(events.roomStarted({ room: room.toProto(), at: this.#ports.clock.now() }));
    this.#closeLater(room, room.emptyTimeoutMs);
    return room;
  }

  /** Whether somebody may join: the room is there, or would be made. */
  admits(roomName: string): boolean {
    return this.#settings.autoCreate || this.rooms.has(roomName);
  }

  /**
   * Signal connect: the participant is JOINED, no webhook yet. An earlier one of the same identity leaves with
   * DUPLICATE_IDENTITY first. Throws `RoomNotFound`.
   */
  join(roomName: string, fields: JoinFields): FakeParticipant {
    if (!this.admits(roomName)) throw new RoomNotFound();
    const room = this.createRoom(roomName);
    this.#stopClosing(room);
    const older = room.participants.get(fields.identity);
    if (older) this.leave(older, 'DUPLICATE_IDENTITY');
    this.#stopClosing(room);
    const participant = new FakeParticipant(room, fields, this.#ports.clock.now());
    room.participants.set(participant.identity, participant);
    room.announce(participant);
    return participant;
  }

  /** Media is up: `participant_joined`. */
  activate(participant: FakeParticipant): void {
    if (participant.state !== ParticipantInfo_State.JOINED) return;
    participant.state = ParticipantInfo_State.ACTIVE;
    participant.room.announce(participant);
    this.#tell(events.participantJoined, participant);
  }

  /** A track's media has arrived: `track_published`. */
  publish(participant: FakeParticipant, track: TrackInfo): void {
    if (participant.isGone || participant.tracks.has(track.sid)) return;
    participant.tracks.set(track.sid, track);
    participant.room.announce(participant);
    this.#tellTrack(events.trackPublished, participant, track);
  }

  /** A track is taken back: `track_unpublished`. */
  unpublish(participant: FakeParticipant, trackSid: string): void {
    const track = participant.tracks.get(trackSid);
    if (!track) return;
    participant.tracks.delete(trackSid);
    participant.room.announce(participant);
    this.#tellTrack(events.trackUnpublished, participant, track);
  }

  /** Mutes or unmutes a track: told to the others, no webhook. */
  mute(participant: FakeParticipant, trackSid: string, muted: boolean): TrackInfo | undefined {
    const track = participant.tracks.get(trackSid);
    if (!track) return undefined;
    track.muted = muted;
    participant.room.announce(participant);
    return track;
  }

  /** Changes what a participant says of itself; permission replaces the whole permission. */
  update(
    participant: FakeParticipant,
    change: {
      name?: string;
      metadata?: string;
      attributes?: Record<string, string>;
      permission?: ParticipantPermission;
    },
  ): void {
    if (change.name) participant.name = change.name;
    if (change.metadata) participant.metadata = change.metadata;
    for (const [key, value] of Object.entries(change.attributes ?? {})) {
      if (value === '') delete participant.attributes[key];
      else participant.attributes[key] = value;
    }
    if (change.permission) participant.permission = change.permission;
    participant.room.announce(participant, { toItself: true });
  }

  /**
   * The end of a participant sid: `track_unpublished` for each track, then `participant_left`, or
   * `participant_connection_aborted` where media was never up. The client is told, unless it left by itself.
   */
  leave(participant: FakeParticipant, reason: LeaveReason): void {
    if (participant.isGone) return;
    const { room, state } = participant;
    this.resume(participant);
    for (const trackSid of participant.tracks.keys()) this.unpublish(participant, trackSid);
    participant.state = ParticipantInfo_State.DISCONNECTED;
    participant.disconnectReason = DisconnectReason[reason];
    room.participants.delete(participant.identity);
    // Measured: a successor's partner hears no goodbye, its RemoteParticipant silently changes its sid.
    if (reason !== 'DUPLICATE_IDENTITY') room.announce(participant);
    const wasActive = state === ParticipantInfo_State.ACTIVE;
    this.#tell(wasActive ? events.participantLeft : events.participantConnectionAborted, participant);
    participant.peer?.ended(participant.disconnectReason);
    if (room.participants.size === 0 && this.rooms.get(room.name) === room) {
      this.#closeLater(room, room.departureTimeoutMs);
    }
  }

  /** The client's socket is lost. LiveKit waits for a resume, except where media was never up. */
  lose(participant: FakeParticipant): void {
    if (participant.isGone) return;
    if (participant.state !== ParticipantInfo_State.ACTIVE) {
      this.leave(participant, 'SIGNAL_CLOSE');
      return;
    }
    this.resume(participant);
    participant.lostTimer = this.#ports.clock.setTimeout(
      () => this.leave(participant, 'CONNECTION_TIMEOUT'),
      this.#settings.connectionTimeoutMs,
    );
  }

  /** The client is back in time: same sid, no webhook. */
  resume(participant: FakeParticipant): void {
    if (participant.lostTimer !== undefined) this.#ports.clock.clearTimeout(participant.lostTimer);
    participant.lostTimer = undefined;
  }

  /** Everybody leaves with ROOM_DELETED, then `room_finished`. */
  deleteRoom(room: FakeRoom): void {
    for (const participant of room.participants.values()) this.leave(participant, 'ROOM_DELETED');
    this.#finish(room, 'ROOM_END_API_DELETE');
  }

  /** As a SIGKILL: all is gone and nobody is told. */
  crash(): void {
    for (const room of this.rooms.values()) {
      this.#stopClosing(room);
      for (const participant of room.participants.values()) {
        this.resume(participant);
        participant.state = ParticipantInfo_State.DISCONNECTED;
      }
    }
    this.rooms.clear();
  }

  #closeLater(room: FakeRoom, ms: number): void {
    this.#stopClosing(room);
    room.closeTimer = this.#ports.clock.setTimeout(() => this.#finish(room, 'ROOM_END_IDLE_TIMEOUT'), ms);
  }

  #stopClosing(room: FakeRoom): void {
    if (room.closeTimer !== undefined) this.#ports.clock.clearTimeout(room.closeTimer);
    room.closeTimer = undefined;
  }

  #finish(room: FakeRoom, reason: keyof typeof RoomEndReason): void {
    this.#stopClosing(room);
    if (this.rooms.get(room.name) !== room) return;
    this.rooms.delete(room.name);
    this.#ports.webhook(events.roomFinished({ room: room.toProto(), at: this.#ports.clock.now(), reason }));
  }

  #tell(build: (input: events.ParticipantEventInput) => WebhookEvent, participant: FakeParticipant): void {
    const event = build({
      room: participant.room.toProto(),
      participant: participant.toProto(),
      at: this.#ports.clock.now(),
      id: newId('EV_'),
    });
    // The builders have a default reason; the participant knows the true one.
    if (event.participant) event.participant.disconnectReason = participant.disconnectReason;
    this.#ports.webhook(event);
  }

  #tellTrack(
    build: (input: events.TrackEventInput) => WebhookEvent,
    participant: FakeParticipant,
    track: TrackInfo,
  ): void {
    const { room } = participant;
    this.#ports.webhook(
      build({
        room: { name: room.name, sid: room.sid },
        participant: { identity: participant.identity, sid: participant.sid },
        at: this.#ports.clock.now(),
        track: track.clone(),
      }),
    );
  }
}
