import {
  CreateRoomRequest,
  DataPacket,
  DeleteRoomRequest,
  DeleteRoomResponse,
  ListParticipantsRequest,
  ListParticipantsResponse,
  ListRoomsRequest,
  ListRoomsResponse,
  MuteRoomTrackRequest,
  MuteRoomTrackResponse,
  RemoveParticipantResponse,
  RoomParticipantIdentity,
  SendDataRequest,
  SendDataResponse,
  UpdateParticipantRequest,
  UpdateRoomMetadataRequest,
  UserPacket,
} from '@livekit/protocol';
import type { FakeParticipant, FakeRoom } from './rooms.ts';
import type { Claims } from './tokens.ts';
import type { FakeWorld, RoomFields } from './world.ts';

/** A protobuf message, as far as a Twirp answer needs it. */
interface Message {
  toJsonString(): string;
  toBinary(): Uint8Array;
}

interface MessageType<T> {
  fromJsonString(text: string, options: { ignoreUnknownFields: boolean }): T;
  fromBinary(bytes: Uint8Array): T;
}

/** A Twirp error: code and HTTP status belong together. */
export class TwirpFailure extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** One call, body not yet parsed. */
export interface TwirpCall {
  method: string;
  claims: Claims;
  json: boolean;
  body: Buffer;
}

type Method = (world: FakeWorld, call: TwirpCall) => Message;

/** Runs one method of `livekit.RoomService`. Throws `TwirpFailure`. */
export function callRoomService(world: FakeWorld, call: TwirpCall): Message {
  const method = METHODS[call.method];
  if (!method) throw new TwirpFailure('bad_route', 404, `no method ${call.method} in the fake`);
  return method(world, call);
}

const METHODS: Record<string, Method> = {
  CreateRoom(world, call) {
    const wanted = parse(CreateRoomRequest, call);
    requireGrant(call.claims.video?.roomCreate);
    const fields: RoomFields = {
      emptyTimeoutMs: wanted.emptyTimeout * 1000,
      departureTimeoutMs: wanted.departureTimeout * 1000,
      metadata: wanted.metadata,
      maxParticipants: wanted.maxParticipants,
    };
    return world.createRoom(wanted.name, fields).toProto();
  },
  ListRooms(world, call) {
    const { names } = parse(ListRoomsRequest, call);
    requireGrant(call.claims.video?.roomList);
    const rooms = [...world.rooms.values()].filter((room) => names.length === 0 || names.includes(room.name));
    return new ListRoomsResponse({ rooms: rooms.map((room) => room.toProto()) });
  },
  DeleteRoom(world, call) {
    const wanted = parse(DeleteRoomRequest, call);
    requireGrant(call.claims.video?.roomCreate);
    world.deleteRoom(findRoom(world, wanted.room));
    return new DeleteRoomResponse();
  },
  ListParticipants(world, call) {
    const wanted = parse(ListParticipantsRequest, call);
    requireAdmin(call, wanted.room);
    const participants = [...(world.rooms.get(wanted.room)?.participants.values() ?? [])];
    return new ListParticipantsResponse({ participants: participants.map((one) => one.toProto()) });
  },
  GetParticipant(world, call) {
    const wanted = parse(RoomParticipantIdentity, call);
    requireAdmin(call, wanted.room);
    return findParticipant(world, wanted).toProto();
  },
  RemoveParticipant(world, call) {
    const wanted = parse(RoomParticipantIdentity, call);
    requireAdmin(call, wanted.room);
    world.leave(findParticipant(world, wanted), 'PARTICIPANT_REMOVED');
    return new RemoveParticipantResponse();
  },
  UpdateParticipant(world, call) {
    const wanted = parse(UpdateParticipantRequest, call);
    requireAdmin(call, wanted.room);
    const participant = findParticipant(world, wanted);
    const { name, metadata, attributes, permission } = wanted;
    world.update(participant, { name, metadata, attributes, ...(permission ? { permission } : {}) });
    return participant.toProto();
  },
  MutePublishedTrack(world, call) {
    const wanted = parse(MuteRoomTrackRequest, call);
    requireAdmin(call, wanted.room);
    const track = world.mute(findParticipant(world, wanted), wanted.trackSid, wanted.muted);
    if (!track) throw new TwirpFailure('not_found', 404, 'track not found');
    return new MuteRoomTrackResponse({ track });
  },
  UpdateRoomMetadata(world, call) {
    const wanted = parse(UpdateRoomMetadataRequest, call);
    requireAdmin(call, wanted.room);
    const room = findRoom(world, wanted.room);
    room.metadata = wanted.metadata;
    for (const { peer } of room.participants.values()) peer?.roomChanged();
    return room.toProto();
  },
  SendData(world, call) {
    const wanted = parse(SendDataRequest, call);
    requireAdmin(call, wanted.room);
    world.sent.push({
      room: wanted.room,
      topic: wanted.topic ?? '',
      identities: wanted.destinationIdentities,
      text: new TextDecoder().decode(wanted.data),
    });
    relayFromServer(findRoom(world, wanted.room), wanted);
    return new SendDataResponse();
  },
};

function relayFromServer(room: FakeRoom, wanted: SendDataRequest): void {
  const user = new UserPacket({ payload: wanted.data, ...(wanted.topic ? { topic: wanted.topic } : {}) });
  const bytes = new DataPacket({ kind: wanted.kind, value: { case: 'user', value: user } }).toBinary();
  const isReliable = wanted.kind === 0;
  for (const participant of room.participants.values()) {
    const { destinationIdentities: identities, destinationSids: sids } = wanted;
    const toAll = identities.length === 0 && sids.length === 0;
    if (toAll || identities.includes(participant.identity) || sids.includes(participant.sid)) {
      participant.peer?.packet(bytes, isReliable);
    }
  }
}

function parse<T>(type: MessageType<T>, call: TwirpCall): T {
  try {
    if (!call.json) return type.fromBinary(call.body);
    return type.fromJsonString(call.body.toString() || '{}', { ignoreUnknownFields: true });
  } catch {
    throw new TwirpFailure('malformed', 400, 'the request could not be decoded');
  }
}

function requireGrant(granted: boolean | undefined): void {
  if (!granted) throw new TwirpFailure('unauthenticated', 401, 'permissions denied');
}

function requireAdmin(call: TwirpCall, room: string): void {
  requireGrant(call.claims.video?.roomAdmin && call.claims.video.room === room);
}

function findRoom(world: FakeWorld, name: string): FakeRoom {
  const room = world.rooms.get(name);
  if (!room) throw new TwirpFailure('not_found', 404, 'requested room does not exist');
  return room;
}

function findParticipant(world: FakeWorld, wanted: { room: string; identity: string }): FakeParticipant {
  const participant = world.rooms.get(wanted.room)?.participants.get(wanted.identity);
  if (!participant) throw new TwirpFailure('not_found', 404, 'participant does not exist');
  return participant;
}
