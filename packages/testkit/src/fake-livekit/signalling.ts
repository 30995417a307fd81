import {
  DataPacket,
  JoinResponse,
  LeaveRequest,
  LeaveRequest_Action,
  ParticipantInfo_State,
  ParticipantUpdate,
  Pong,
  ReconnectResponse,
  RoomUpdate,
  ServerInfo,
  SessionDescription,
  SignalRequest,
  SignalResponse,
  SignalTarget,
  TrackInfo,
  TrackPublishedResponse,
  TrackType,
  TrackUnpublishedResponse,
  TrickleRequest,
} from '@livekit/protocol';
import type { AddTrackRequest, DisconnectReason, UpdateSubscription } from '@livekit/protocol';
import type { WebSocket } from 'ws';
import { newId } from '../ids.ts';
import { ClientMedia } from './media.ts';
import type { FakeParticipant, Peer } from './rooms.ts';
import type { FakeWorld } from './world.ts';
import type { WebRtc } from './wrtc.ts';

/** The server that the fake says it is. */
export const SERVER_VERSION = '1.13.5';

const PING_INTERVAL_S = 5;
const PING_TIMEOUT_S = 15;

/** What a connection needs of the fake. */
export interface SignalPorts {
  world: FakeWorld;
  webrtc: WebRtc | undefined;
}

type Response = SignalResponse['message'];

interface LiveTrack {
  readonly cid: string;
  readonly track: MediaStreamTrack;
}

/**
 * One client of the real SDK: LiveKit's v0 signalling over a WebSocket, publisher peer connection first. Lives
 * from the join to the end of the participant sid, across resumes, which bring a new socket.
 */
export class SignalPeer implements Peer {
  readonly participant: FakeParticipant;
  readonly #ports: SignalPorts;
  readonly #media: ClientMedia | undefined;
  #socket: WebSocket;
  /** Announced tracks whose media has not come yet, by the client's id. */
  readonly #announced = new Map<string, TrackInfo>();
  /** Media that has come, by the client's id. */
  readonly #arrived = new Map<string, MediaStreamTrack>();
  /** Published tracks by sid. */
  readonly #live = new Map<string, LiveTrack>();
  readonly #unwanted = new Set<string>();

  constructor(ports: SignalPorts, participant: FakeParticipant, socket: WebSocket) {
    this.#ports = ports;
    this.participant = participant;
    this.#socket = socket;
    // Without WebRTC in this process a client can connect its signalling, and never gets further.
    this.#media = ports.webrtc ? this.#openMedia(ports.webrtc) : undefined;
    participant.peer = this;
    this.#listen(socket);
    this.#greet();
  }

  /** The client came back with a new socket within the time: same sid. */
  resume(socket: WebSocket): void {
    const older = this.#socket;
    this.#socket = socket;
    older.terminate();
    this.#ports.world.resume(this.participant);
    this.#listen(socket);
    this.#send({ case: 'reconnect', value: new ReconnectResponse({ serverInfo: serverProto() }) });
    this.changed([this.participant, ...this.participant.room.visibleTo(this.participant)]);
    this.#media?.restart();
  }

  changed(participants: readonly FakeParticipant[]): void {
    const update = new ParticipantUpdate({ participants: participants.map((one) => one.toProto()) });
    this.#send({ case: 'update', value: update });
  }

  roomChanged(): void {
    this.#send({ case: 'roomUpdate', value: new RoomUpdate({ room: this.participant.room.toProto() }) });
  }

  ended(reason: DisconnectReason): void {
    this.#send({
      case: 'leave',
      value: new LeaveRequest({ reason, action: LeaveRequest_Action.DISCONNECT }),
    });
    this.#socket.close();
    this.#media?.close();
    for (const trackSid of this.#live.keys()) this.#eachOther((peer) => peer.#media?.unsubscribe(trackSid));
  }

  packet(bytes: Uint8Array, reliable: boolean): void {
    this.#media?.send(bytes, reliable);
  }

  /** As a SIGKILL of the server: the connection is simply gone. */
  cut(): void {
    this.#socket.terminate();
    this.#media?.close();
  }

  #greet(): void {
    const { room } = this.participant;
    const join = new JoinResponse({
      room: room.toProto(),
      participant: this.participant.toProto(),
      otherParticipants: room.visibleTo(this.participant).map((one) => one.toProto()),
      serverVersion: SERVER_VERSION,
      serverInfo: serverProto(),
      // Publisher first: the client offers at once, and its data channels carry both directions.
      subscriberPrimary: false,
      pingInterval: PING_INTERVAL_S,
      pingTimeout: PING_TIMEOUT_S,
      enabledPublishCodecs: [{ mime: 'audio/opus' }, { mime: 'video/VP8' }],
    });
    this.#send({ case: 'join', value: join });
  }

  #listen(socket: WebSocket): void {
    socket.on('message', (bytes: Buffer) => {
      if (socket === this.#socket) this.#receive(SignalRequest.fromBinary(new Uint8Array(bytes)));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (socket === this.#socket) this.#ports.world.lose(this.participant);
    });
  }

  #receive({ message }: SignalRequest): void {
    const { world } = this.#ports;
    switch (message.case) {
      case 'offer':
        return this.#media?.offered(message.value.sdp, message.value.id);
      case 'answer':
        return this.#media?.answered(message.value.sdp);
      case 'trickle':
        return this.#trickled(message.value);
      case 'addTrack':
        return this.#announce(message.value);
      case 'mute':
        world.mute(this.participant, message.value.sid, message.value.muted);
        return undefined;
      case 'subscription':
        return this.#choose(message.value);
      case 'updateMetadata':
        return world.update(this.participant, message.value);
      case 'leave':
        return world.leave(this.participant, 'CLIENT_INITIATED');
      case 'ping':
        return this.#send({ case: 'pong', value: BigInt(Date.now()) });
      case 'pingReq': {
        const pong = new Pong({ lastPingTimestamp: message.value.timestamp, timestamp: BigInt(Date.now()) });
        return this.#send({ case: 'pongResp', value: pong });
      }
      default:
        return undefined;
    }
  }

  #trickled(request: TrickleRequest): void {
    const side = request.target === SignalTarget.PUBLISHER ? 'publisher' : 'subscriber';
    this.#media?.candidate(side, JSON.parse(request.candidateInit) as RTCIceCandidateInit);
  }

  #announce(request: AddTrackRequest): void {
    const isAudio = request.type === TrackType.AUDIO;
    const track = new TrackInfo({
      sid: newId('TR_'),
      type: request.type,
      name: request.name,
      source: request.source,
      muted: request.muted,
      width: request.width,
      height: request.height,
      layers: request.layers,
      stream: request.stream,
      mimeType: isAudio ? 'audio/opus' : 'video/VP8',
      disableRed: request.disableRed,
      encryption: request.encryption,
    });
    this.#announced.set(request.cid, track);
    this.#send({ case: 'trackPublished', value: new TrackPublishedResponse({ cid: request.cid, track }) });
    this.#publishWhenBoth(request.cid);
  }

  /** A track is published when it has been announced and its media is here, whichever comes first. */
  #publishWhenBoth(cid: string): void {
    const announced = this.#announced.get(cid);
    const track = this.#arrived.get(cid);
    if (!announced || !track) return;
    this.#announced.delete(cid);
    this.#arrived.delete(cid);
    this.#live.set(announced.sid, { cid, track });
    this.#ports.world.publish(this.participant, announced);
    this.#eachOther((peer) => peer.#offerTrack(this.participant, announced.sid, track));
  }

  #withdraw(cid: string): void {
    this.#arrived.delete(cid);
    const trackSid = [...this.#live].find(([, live]) => live.cid === cid)?.[0];
    if (!trackSid) return;
    this.#live.delete(trackSid);
    this.#eachOther((peer) => peer.#media?.unsubscribe(trackSid));
    this.#ports.world.unpublish(this.participant, trackSid);
    this.#send({ case: 'trackUnpublished', value: new TrackUnpublishedResponse({ trackSid }) });
  }

  #offerTrack(owner: FakeParticipant, trackSid: string, track: MediaStreamTrack): void {
    // Before its media is up a client may not have its peer connections yet, and would drop our offer unanswered.
    if (this.participant.state !== ParticipantInfo_State.ACTIVE) return;
    if (!this.participant.permission.canSubscribe || this.#unwanted.has(trackSid)) return;
    this.#media?.subscribe(owner.sid, trackSid, track);
  }

  /** The client subscribes or unsubscribes by itself. */
  #choose(request: UpdateSubscription): void {
    const sids = [...request.trackSids, ...request.participantTracks.flatMap((one) => one.trackSids)];
    for (const trackSid of sids) {
      if (!request.subscribe) {
        this.#unwanted.add(trackSid);
        this.#media?.unsubscribe(trackSid);
        continue;
      }
      this.#unwanted.delete(trackSid);
      this.#eachOther((peer) => {
        const live = peer.#live.get(trackSid);
        if (live) this.#offerTrack(peer.participant, trackSid, live.track);
      });
    }
  }

  #openMedia(webrtc: WebRtc): ClientMedia {
    return new ClientMedia(webrtc, {
      describe: ({ type, sdp, id, midToTrackId }) =>
        this.#send({ case: type, value: new SessionDescription({ type, sdp, id, midToTrackId }) }),
      trickle: (side, candidateInit) => {
        const target = side === 'publisher' ? SignalTarget.PUBLISHER : SignalTarget.SUBSCRIBER;
        this.#send({ case: 'trickle', value: new TrickleRequest({ candidateInit, target }) });
      },
      connected: () => this.#connected(),
      arrived: (cid, track) => {
        this.#arrived.set(cid, track);
        this.#publishWhenBoth(cid);
      },
      withdrawn: (cid) => this.#withdraw(cid),
      packet: (bytes, reliable) => this.#relay(bytes, reliable),
    });
  }

  #connected(): void {
    if (this.participant.isGone) return;
    this.#ports.world.activate(this.participant);
    this.#eachOther((peer) => {
      for (const [trackSid, { track }] of peer.#live) this.#offerTrack(peer.participant, trackSid, track);
    });
  }

  #relay(bytes: Uint8Array, reliable: boolean): void {
    if (!this.participant.permission.canPublishData) return;
    const packet = DataPacket.fromBinary(bytes);
    packet.participantIdentity = this.participant.identity;
    packet.participantSid = this.participant.sid;
    const to = packet.destinationIdentities;
    const relayed = packet.toBinary();
    this.#eachOther((peer) => {
      if (to.length === 0 || to.includes(peer.participant.identity)) peer.packet(relayed, reliable);
    });
  }

  #eachOther(act: (peer: SignalPeer) => void): void {
    for (const other of this.participant.room.participants.values()) {
      if (other !== this.participant && other.peer instanceof SignalPeer) act(other.peer);
    }
  }

  #send(message: Response): void {
    if (this.#socket.readyState === this.#socket.OPEN)
      this.#socket.send(new SignalResponse({ message }).toBinary());
  }
}

function serverProto(): ServerInfo {
  return new ServerInfo({ version: SERVER_VERSION, protocol: 16, nodeId: 'ND_fake' });
}
