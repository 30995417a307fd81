import { Room, RoomEvent, type RemoteTrack } from 'livekit-client';
import { api } from '../../app/api.ts';
import { Failed, holds, within } from './local-steps.ts';

const WAY_WITHIN_MS = 10_000;
const GOODBYE_WITHIN_MS = 2_000;

interface Ticket {
  readonly token: string;
  readonly wsUrl: string;
}

type Protocol = 'udp' | 'tcp';

/** Two who are both this person, in a room of their own: what one sends the other receives. */
export class TestRooms {
  readonly #sender = new Room();
  readonly #receiver = new Room();
  readonly #received: RemoteTrack[] = [];
  readonly #name = `connection-test-${crypto.randomUUID()}`;

  /** Whether the media server answers to our token. */
  async signal(): Promise<void> {
    this.#receiver.on(RoomEvent.TrackSubscribed, (track) => this.#received.push(track));
    const { token, wsUrl } = await this.#ticket();
    const answered = new Promise<void>((resolve) =>
      this.#sender.once(RoomEvent.SignalConnected, () => resolve()),
    );
    // What becomes of media is the next step's to say.
    const refused = this.#sender.connect(wsUrl, token).then(() => answered);
    await within(Promise.race([answered, refused]), WAY_WITHIN_MS, 'not_reached');
  }

  /** Sends the tracks; passes once both have left. */
  async publish(tracks: readonly MediaStreamTrack[]): Promise<void> {
    const published = tracks.map((track) => this.#sender.localParticipant.publishTrack(track));
    await within(Promise.all(published), WAY_WITHIN_MS, 'not_reached');
    await holds(() => this.#sendsAll(), WAY_WITHIN_MS);
  }

  /** Whether what was sent comes back to the other one. */
  async subscribe(count: number): Promise<void> {
    const { token, wsUrl } = await this.#ticket();
    await within(this.#receiver.connect(wsUrl, token), WAY_WITHIN_MS, 'not_reached');
    await holds(async () => {
      if (this.#received.length < count) return false;
      const counts = await Promise.all(this.#received.map((track) => sumOf(track, 'packetsReceived')));
      return counts.every((packets) => packets > 0);
    }, WAY_WITHIN_MS);
  }

  /** Whether media goes this way. */
  async goes(by: Protocol): Promise<void> {
    // LiveKit comes back over TCP alone, as it does by itself behind a firewall.
    if (by === 'tcp') await within(this.#sender.simulateScenario('force-tcp'), WAY_WITHIN_MS, 'not_reached');
    await holds(async () => (await this.#protocol()) === by, WAY_WITHIN_MS);
  }

  /** Leaves both, whatever they are doing; a server that does not answer a goodbye is not waited for. */
  async close(): Promise<void> {
    const left = Promise.all([this.#sender.disconnect(), this.#receiver.disconnect()]);
    await within(left, GOODBYE_WITHIN_MS, 'not_reached').catch(() => undefined);
  }

  async #ticket(): Promise<Ticket> {
    const asked = api.send<Ticket>('POST', '/api/livekit/token', { roomName: this.#name });
    return await within(asked, WAY_WITHIN_MS, 'not_reached').catch(() =>
      Promise.reject(new Failed('not_reached')),
    );
  }

  get #tracks() {
    return [...this.#sender.localParticipant.trackPublications.values()].flatMap(({ track }) => track ?? []);
  }

  async #sendsAll(): Promise<boolean> {
    const counts = await Promise.all(this.#tracks.map((track) => sumOf(track, 'packetsSent')));
    return counts.length > 0 && counts.every((packets) => packets > 0);
  }

  async #protocol(): Promise<Protocol | null> {
    const report = await this.#tracks[0]?.getRTCStatsReport();
    return report ? protocolOf(report) : null;
  }
}

/** By what media leaves: the local end of the pair of candidates that was chosen. */
function protocolOf(report: RTCStatsReport): Protocol | null {
  const all = new Map<string, Record<string, unknown>>();
  // oxlint-disable-next-line unicorn/no-array-for-each -- a report has no other way to be read in every browser
  report.forEach((stat: Record<string, unknown>, id: string) => all.set(id, stat));
  const transport = [...all.values()].find(({ type }) => type === 'transport');
  const pair =
    all.get(String(transport?.['selectedCandidatePairId'])) ??
    [...all.values()].find(({ type, nominated }) => type === 'candidate-pair' && nominated === true);
  const local = all.get(String(pair?.['localCandidateId']));
  const protocol = local?.['relayProtocol'] ?? local?.['protocol'];
  return protocol === 'udp' || protocol === 'tcp' ? protocol : protocol === 'tls' ? 'tcp' : null;
}

async function sumOf(
  track: { getRTCStatsReport(): Promise<RTCStatsReport | undefined> },
  figure: 'packetsSent' | 'packetsReceived',
): Promise<number> {
  let sum = 0;
  const report = await track.getRTCStatsReport();
  // oxlint-disable-next-line unicorn/no-array-for-each -- a report has no other way to be read in every browser
  report?.forEach((stat: Record<string, unknown>) => {
    sum += Number(stat[figure] ?? 0);
  });
  return sum;
}
