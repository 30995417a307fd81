import { DataPacket_Kind, ParticipantInfo_State, TrackSource } from '@livekit/protocol';
import type { ParticipantInfo } from '@livekit/protocol';
import { RoomServiceClient } from 'livekit-server-sdk';
import type { Config, Log } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { brief } from './brief.ts';
import { createListParticipants } from './list-participants.ts';
import type { ListedParticipant, RoomPoll, RoomsList } from '../presence/index.ts';

/** What LiveKit is reached with. */
export type LivekitSettings = Pick<Config, 'livekitUrl' | 'livekitApiKey' | 'livekitApiSecret' | 'graceMs'>;

/** Rooms of LiveKit, as far as Latido commands them. */
export interface RoomService {
  /**
   * Makes a room, or finds the one of that name. Tells when it was made (epoch ms).
   *
   * @throws livekit.unavailable
   */
  createRoom(roomName: string): Promise<{ sid: string; createdAt: number }>;
  /** Closes a room; one that is not there is closed. Throws when LiveKit cannot be reached. */
  deleteRoom(roomName: string): Promise<void>;
  /**
   * Takes a participant out, or only that one of their sids; one that is not there is out. Throws when LiveKit cannot be
   * reached.
   */
  removeParticipant(roomName: string, identity: string, participantSid?: string): Promise<void>;
  /**
   * Turns off microphones or cameras of those who are meant; whose they are may turn them on again. Gives the identities of those of
   * them who are there.
   *
   * @throws livekit.unavailable
   */
  turnOff(roomName: string, what: TurnedOff): Promise<string[]>;
  /** Sends data to these participants, in order and surely, under a topic. Who has gone is sent nothing. Throws when LiveKit cannot be reached. */
  sendData(
    roomName: string,
    of: { topic: string; data: Uint8Array; identities: readonly string[] },
  ): Promise<void>;
  /** Lists all rooms. Never rejects: whatever is no clear answer is `unknown`. */
  listRooms(): Promise<RoomsList>;
  /** Lists a room. Never rejects: whatever is no clear answer is `unknown`. */
  pollRoom(roomName: string): Promise<RoomPoll>;
  /** Which of these rooms are there; null when LiveKit cannot tell. */
  existing(roomNames: readonly string[]): Promise<Set<string> | null>;
}

/** What is turned off, of whom. */
export interface TurnedOff {
  readonly source: 'microphone' | 'camera';
  readonly isMeant: (identity: string) => boolean;
}

/** A room outlives the grace of a call, so that a partner who comes back finds it. */
const DEPARTURE_SLACK_MS = 30_000;
/** A room that nobody has joined is kept for as long as a waiting call, and a little longer. */
const EMPTY_TIMEOUT_S = 660;
const ANSWER_WITHIN_S = 5;

/** RoomService of the LiveKit that the settings name. */
export function createRoomService(config: LivekitSettings, log: Log): RoomService {
  const client = clientOf(config);
  const listParticipants = createListParticipants(config);
  const departureTimeout = Math.ceil((config.graceMs + DEPARTURE_SLACK_MS) / 1000);
  return {
    async createRoom(name) {
      try {
        const make = () => client.createRoom({ name, emptyTimeout: EMPTY_TIMEOUT_S, departureTimeout });
        const room = await make().catch((error: unknown) =>
          isTransport(error) ? make() : Promise.reject(error),
        );
        return { sid: room.sid, createdAt: Number(room.creationTimeMs) || Number(room.creationTime) * 1000 };
      } catch (error) {
        log.warn({ err: brief(error) }, 'livekit made no room');
        throw unavailable();
      }
    },
    deleteRoom: (name) => unlessGone(client.deleteRoom(name)),
    removeParticipant: (name, identity, sid) =>
      unlessGone(
        (async () => {
          const there = sid === undefined ? null : await client.getParticipant(name, identity);
          if (there === null || there.sid === sid) await client.removeParticipant(name, identity);
        })(),
      ),
    turnOff: (name, what) =>
      turnOff(client, name, what).catch((error: unknown) => {
        log.warn({ err: brief(error) }, 'livekit turned nothing off');
        throw unavailable();
      }),
    sendData: (name, { topic, data, identities }) =>
      unlessGone(
        client.sendData(name, data, DataPacket_Kind.RELIABLE, {
          topic,
          destinationIdentities: [...identities],
        }),
      ),
    async pollRoom(name) {
      try {
        // What is no clear answer there may be one here: the SDK knows other ways to a LiveKit of many regions.
        const listed = (await listParticipants(name)) ?? (await client.listParticipants(name));
        return { status: 'ok', participants: listed.map(asListed) };
      } catch (error) {
        return isNotFound(error) ? { status: 'ok', participants: [] } : { status: 'unknown' };
      }
    },
    async listRooms() {
      try {
        const rooms = await client.listRooms();
        return {
          status: 'ok',
          rooms: rooms.map(({ name, numParticipants }) => ({ name, people: numParticipants })),
        };
      } catch {
        return { status: 'unknown' };
      }
    },
    async existing(names) {
      if (names.length === 0) return new Set();
      try {
        return new Set((await client.listRooms([...names])).map((room) => room.name));
      } catch {
        return null;
      }
    },
  };
}

function clientOf({ livekitUrl, livekitApiKey, livekitApiSecret }: LivekitSettings): RoomServiceClient {
  if (!livekitUrl || !livekitApiKey || !livekitApiSecret) {
    throw new Error('LiveKit is not set: LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET name it.');
  }
  const host = livekitUrl.replace(/^ws/, 'http');
  return new RoomServiceClient(host, livekitApiKey, livekitApiSecret, { requestTimeout: ANSWER_WITHIN_S });
}

async function turnOff(
  client: RoomServiceClient,
  room: string,
  { source, isMeant }: TurnedOff,
): Promise<string[]> {
  const all = await client.listParticipants(room).catch((error: unknown) => {
    if (isNotFound(error)) return [];
    throw error;
  });
  const meant = all.filter(({ identity }) => isMeant(identity));
  const wanted = source === 'camera' ? TrackSource.CAMERA : TrackSource.MICROPHONE;
  const muting = meant.flatMap(({ identity, tracks }) =>
    tracks
      .filter((track) => track.source === wanted && !track.muted)
      // Who has gone by now is silent.
      .map(({ sid }) => unlessGone(client.mutePublishedTrack(room, identity, sid, true))),
  );
  await Promise.all(muting);
  return meant.map(({ identity }) => identity);
}

function unavailable(): Error {
  return problem('livekit.unavailable', 'The media server did not answer. Try again in a moment.');
}

function asListed(participant: ParticipantInfo): ListedParticipant {
  const { sid, identity, state, joinedAt, joinedAtMs } = participant;
  return {
    sid,
    identity,
    state: ParticipantInfo_State[state],
    joinedAt: Number(joinedAtMs) || Number(joinedAt) * 1000,
    participant: participant.toJson() as Record<string, unknown>,
  };
}

async function unlessGone(command: Promise<unknown>): Promise<void> {
  try {
    await command;
  } catch (error) {
    if (!isNotFound(error)) throw brief(error);
  }
}

/** Twirp's own word; a bare 404 is a wrong address. */
function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'not_found';
}

/** A connection that was kept from before a restart fails once; making a room twice is making it once. */
function isTransport(error: unknown): boolean {
  return error instanceof TypeError;
}
