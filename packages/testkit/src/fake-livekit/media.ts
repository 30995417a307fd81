import { sentTracks } from './sdp.ts';
import type { WebRtc } from './wrtc.ts';

/** What the media of one connection tells its owner. */
export interface MediaPorts {
  /** An answer to the client's offer, or an offer of ours on the subscriber side. */
  describe(description: {
    type: 'offer' | 'answer';
    sdp: string;
    id: number;
    midToTrackId: Record<string, string>;
  }): void;
  trickle(side: MediaSide, candidate: string): void;
  /** The client's media path is up. */
  connected(): void;
  /** A track of the client has arrived; `cid` is the id it announced it with. */
  arrived(cid: string, track: MediaStreamTrack): void;
  /** The client's offer no longer has this track. */
  withdrawn(cid: string): void;
  packet(bytes: Uint8Array, reliable: boolean): void;
}

/** Which of the client's two peer connections is meant. */
export type MediaSide = 'publisher' | 'subscriber';

interface Subscription {
  readonly sender: RTCRtpSender;
  readonly trackSid: string;
}

const RELIABLE = '_reliable';
const LOSSY = '_lossy';

/**
 * The two peer connections of one client: it offers on the publisher side and sends its tracks and data there; we
 * offer on the subscriber side and send it the tracks of the others. Every step runs after the one before it.
 */
export class ClientMedia {
  readonly #webrtc: WebRtc;
  readonly #ports: MediaPorts;
  readonly #publisher: RTCPeerConnection;
  #subscriber: RTCPeerConnection | undefined;
  readonly #early: Record<MediaSide, RTCIceCandidateInit[]> = { publisher: [], subscriber: [] };
  readonly #channels = new Map<string, RTCDataChannel>();
  readonly #subscriptions = new Map<string, Subscription>();
  /** The client's track ids in its last offer, by mid. */
  #sent = new Map<string, string>();
  #tail: Promise<void> = Promise.resolve();
  #offerId = 0;
  #offerIsOut = false;
  #offerIsDue = false;
  #restartIce = false;
  #closed = false;

  constructor(webrtc: WebRtc, ports: MediaPorts) {
    this.#webrtc = webrtc;
    this.#ports = ports;
    this.#publisher = this.#connection('publisher');
    this.#publisher.addEventListener('connectionstatechange', () => {
      if (this.#publisher.connectionState === 'connected') ports.connected();
    });
    this.#publisher.addEventListener('datachannel', (event) => this.#adopt(event.channel));
  }

  /** The client's offer on the publisher side. */
  offered(sdp: string, id: number): void {
    this.#then(async () => {
      await this.#publisher.setRemoteDescription({ type: 'offer', sdp });
      await this.#addEarly('publisher', this.#publisher);
      const answer = await this.#publisher.createAnswer();
      await this.#publisher.setLocalDescription(answer);
      this.#ports.describe({ type: 'answer', sdp: answer.sdp ?? '', id, midToTrackId: {} });
      this.#compare(sentTracks(sdp));
    });
  }

  /** The client's answer to our offer on the subscriber side. */
  answered(sdp: string): void {
    this.#then(async () => {
      if (!this.#subscriber) return;
      await this.#subscriber.setRemoteDescription({ type: 'answer', sdp });
      await this.#addEarly('subscriber', this.#subscriber);
      this.#offerIsOut = false;
      if (this.#offerIsDue) await this.#offer();
    });
  }

  /** A candidate of the client; one that comes before the description waits for it. */
  candidate(side: MediaSide, candidate: RTCIceCandidateInit): void {
    this.#then(async () => {
      const connection = side === 'publisher' ? this.#publisher : this.#subscriber;
      if (connection?.remoteDescription) await connection.addIceCandidate(candidate);
      else this.#early[side].push(candidate);
    });
  }

  /** Sends the client a track of another participant. */
  subscribe(participantSid: string, trackSid: string, track: MediaStreamTrack): void {
    this.#then(async () => {
      if (this.#subscriptions.has(trackSid)) return;
      this.#subscriber ??= this.#connection('subscriber');
      // The client tells by the stream's id whose track this is.
      const stream = new this.#webrtc.MediaStream({
        id: `${participantSid}|${trackSid}`,
      } as unknown as MediaStream);
      this.#subscriptions.set(trackSid, { sender: this.#subscriber.addTrack(track, stream), trackSid });
      await this.#offer();
    });
  }

  /** Stops sending a track. */
  unsubscribe(trackSid: string): void {
    this.#then(async () => {
      const subscription = this.#subscriptions.get(trackSid);
      if (!subscription || !this.#subscriber) return;
      this.#subscriptions.delete(trackSid);
      this.#subscriber.removeTrack(subscription.sender);
      await this.#offer();
    });
  }

  /** The client resumes: the subscriber side needs new candidates. */
  restart(): void {
    this.#then(async () => {
      if (!this.#subscriber) return;
      this.#restartIce = true;
      this.#offerIsOut = false;
      await this.#offer();
    });
  }

  /** Puts a packet on the client's data channel, if that is open. */
  send(bytes: Uint8Array, reliable: boolean): void {
    const channel = this.#channels.get(reliable ? RELIABLE : LOSSY);
    if (channel?.readyState === 'open') channel.send(Uint8Array.from(bytes));
  }

  close(): void {
    this.#closed = true;
    this.#publisher.close();
    this.#subscriber?.close();
  }

  /** One thing after the other; a failed step (a candidate of a closed connection) stops nothing. */
  #then(step: () => Promise<void>): void {
    this.#tail = this.#tail.then(() => (this.#closed ? undefined : step())).catch(() => undefined);
  }

  #connection(side: MediaSide): RTCPeerConnection {
    const connection = new this.#webrtc.RTCPeerConnection({});
    connection.addEventListener('icecandidate', (event) => {
      if (event.candidate) this.#ports.trickle(side, JSON.stringify(event.candidate));
    });
    return connection;
  }

  async #addEarly(side: MediaSide, connection: RTCPeerConnection): Promise<void> {
    for (const candidate of this.#early[side].splice(0))
      await connection.addIceCandidate(candidate).catch(() => undefined);
  }

  async #offer(): Promise<void> {
    this.#offerIsDue = this.#offerIsOut;
    if (this.#offerIsOut || !this.#subscriber) return;
    this.#offerIsOut = true;
    const offer = await this.#subscriber.createOffer({ iceRestart: this.#restartIce });
    this.#restartIce = false;
    await this.#subscriber.setLocalDescription(offer);
    const id = ++this.#offerId;
    this.#ports.describe({
      type: 'offer',
      sdp: offer.sdp ?? '',
      id,
      midToTrackId: this.#midToTrackId(this.#subscriber),
    });
  }

  #compare(sent: Map<string, string>): void {
    const before = this.#sent;
    this.#sent = sent;
    for (const [mid, cid] of before) if (sent.get(mid) !== cid) this.#ports.withdrawn(cid);
    for (const [mid, cid] of sent) {
      if (before.get(mid) === cid) continue;
      const transceiver = this.#publisher.getTransceivers().find((one) => one.mid === mid);
      if (transceiver) this.#ports.arrived(cid, transceiver.receiver.track);
    }
  }

  #midToTrackId(connection: RTCPeerConnection): Record<string, string> {
    const sids: Record<string, string> = {};
    for (const { sender, trackSid } of this.#subscriptions.values()) {
      const mid = connection.getTransceivers().find((one) => one.sender === sender)?.mid;
      if (mid) sids[mid] = trackSid;
    }
    return sids;
  }

  #adopt(channel: RTCDataChannel): void {
    this.#channels.set(channel.label, channel);
    channel.binaryType = 'arraybuffer';
    channel.addEventListener('message', (event: MessageEvent<ArrayBuffer>) => {
      const isReliable = channel.label === RELIABLE;
      if (isReliable || channel.label === LOSSY) this.#ports.packet(new Uint8Array(event.data), isReliable);
    });
  }
}
