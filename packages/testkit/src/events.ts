import {
  DisconnectReason,
  ParticipantInfo,
  ParticipantInfo_State,
  ParticipantPermission,
  Room,
  RoomEndReason,
  TrackInfo,
  TrackSource,
  TrackType,
  WebhookEvent,
} from '@livekit/protocol';
import { idOf, newId } from './ids.ts';

// What the constructors of the protobuf messages take; their own name for it lives in a package we do not import.
type RoomParts = NonNullable<ConstructorParameters<typeof Room>[0]>;
type ParticipantParts = NonNullable<ConstructorParameters<typeof ParticipantInfo>[0]>;
type TrackParts = NonNullable<ConstructorParameters<typeof TrackInfo>[0]>;
type EventParts = NonNullable<ConstructorParameters<typeof WebhookEvent>[0]>;

/** Why a participant left, in LiveKit's spelling. */
export type LeaveReason = keyof typeof DisconnectReason;

/** A room by name (its sid follows from the name) or with whatever a test wants to say of it. */
export type RoomInput = string | (RoomParts & { name: string });

/** A participant by identity (the sid follows from room and identity) or with more. */
export type ParticipantInput = string | (ParticipantParts & { identity: string });

/** What every builder takes. */
export interface EventInput {
  room: RoomInput;
  /** When it happened, epoch ms (LiveKit cuts it to the second); default now. */
  at?: number;
  /** The event's id; default a fresh `EV_…`. */
  id?: string;
}

/** What the builders about a participant take besides. */
export interface ParticipantEventInput extends EventInput {
  participant: ParticipantInput;
}

/** What the builders about a track take besides; the default is a camera. */
export interface TrackEventInput extends ParticipantEventInput {
  track?: TrackParts;
}

const SECOND_MS = 1000;

/** `room_started`. */
export function roomStarted(input: EventInput): WebhookEvent {
  return event('room_started', input, { room: buildRoom(input) });
}

/** `room_finished`; `reason` as LiveKit names it. */
export function roomFinished(input: EventInput & { reason?: keyof typeof RoomEndReason }): WebhookEvent {
  const roomEndReason = RoomEndReason[input.reason ?? 'ROOM_END_IDLE_TIMEOUT'];
  return event('room_finished', input, { room: buildRoom(input), roomEndReason });
}

/** `participant_joined`: media is up. */
export function participantJoined(input: ParticipantEventInput): WebhookEvent {
  const participant = buildParticipant(input, ParticipantInfo_State.ACTIVE);
  return event('participant_joined', input, { room: buildRoom(input), participant });
}

/** `participant_left`; default reason CLIENT_INITIATED. */
export function participantLeft(input: ParticipantEventInput & { reason?: LeaveReason }): WebhookEvent {
  const participant = buildParticipant(input, ParticipantInfo_State.DISCONNECTED);
  participant.disconnectReason = DisconnectReason[input.reason ?? 'CLIENT_INITIATED'];
  return event('participant_left', input, { room: buildRoom(input), participant });
}

/** `participant_connection_aborted`; default reason SIGNAL_CLOSE (killed before media was up). */
export function participantConnectionAborted(
  input: ParticipantEventInput & { reason?: LeaveReason },
): WebhookEvent {
  const participant = buildParticipant(input, ParticipantInfo_State.DISCONNECTED);
  participant.disconnectReason = DisconnectReason[input.reason ?? 'SIGNAL_CLOSE'];
  return event('participant_connection_aborted', input, { room: buildRoom(input), participant });
}

/** `track_published`: LiveKit gives no more of room and participant than their ids. */
export function trackPublished(input: TrackEventInput): WebhookEvent {
  return event('track_published', input, trackParts(input));
}

/** `track_unpublished`: LiveKit gives no more of room and participant than their ids. */
export function trackUnpublished(input: TrackEventInput): WebhookEvent {
  return event('track_unpublished', input, trackParts(input));
}

/** The body as LiveKit writes it: protobuf JSON, int64 as strings, zero values left out. */
export function webhookBody(webhook: WebhookEvent): string {
  return webhook.toJsonString();
}

function event(name: string, input: EventInput, parts: EventParts): WebhookEvent {
  return new WebhookEvent({
    event: name,
    id: input.id ?? newId('EV_'),
    createdAt: BigInt(Math.floor((input.at ?? Date.now()) / SECOND_MS)),
    ...parts,
  });
}

function buildRoom({ room, at }: EventInput): Room {
  const given = typeof room === 'string' ? { name: room } : room;
  const madeAt = at ?? Date.now();
  return new Room({
    sid: idOf('RM_', given.name),
    emptyTimeout: 300,
    departureTimeout: 20,
    creationTime: BigInt(Math.floor(madeAt / SECOND_MS)),
    creationTimeMs: BigInt(madeAt),
    enabledCodecs: [
      { mime: 'video/VP8' },
      { mime: 'video/H264' },
      { mime: 'audio/opus' },
      { mime: 'audio/red' },
    ],
    turnPassword: 'a-turn-password-of-the-fake',
    ...given,
  });
}

function buildParticipant(input: ParticipantEventInput, state: ParticipantInfo_State): ParticipantInfo {
  const { room, participant, at } = input;
  const given = typeof participant === 'string' ? { identity: participant } : participant;
  const roomName = typeof room === 'string' ? room : room.name;
  const joinedAt = at ?? Date.now();
  return new ParticipantInfo({
    sid: idOf('PA_', `${roomName}/${given.identity}`),
    state,
    joinedAt: BigInt(Math.floor(joinedAt / SECOND_MS)),
    joinedAtMs: BigInt(joinedAt),
    version: 2,
    permission: new ParticipantPermission({ canSubscribe: true, canPublish: true, canPublishData: true }),
    ...given,
  });
}

function trackParts(input: TrackEventInput): EventParts {
  const room = buildRoom(input);
  const participant = buildParticipant(input, ParticipantInfo_State.ACTIVE);
  const track = new TrackInfo({
    sid: idOf('TR_', `${participant.sid}/${input.track?.source ?? TrackSource.CAMERA}`),
    type: TrackType.VIDEO,
    source: TrackSource.CAMERA,
    mimeType: 'video/VP8',
    width: 320,
    height: 180,
    ...input.track,
  });
  return {
    room: new Room({ sid: room.sid, name: room.name }),
    participant: new ParticipantInfo({ sid: participant.sid, identity: participant.identity }),
    track,
  };
}
