import type { PartnerSight } from '@latido/protocol';
import type { RemoteParticipant, Room } from 'livekit-client';

/** A call of two has one partner; in a crowd the first sixteen are told, as the server reads no more. */
const PARTNERS_MAX = 16;
/** A browser that does not count in this time must not hold up the beat. */
export const COUNT_AT_MOST_MS = 100;

/** What this browser sees of the others: the independent eyes of design page 2. */
export interface Sight {
  /** Counts what came since the look before; undefined when there is nobody, or the browser does not answer. */
  look(): Promise<PartnerSight[] | undefined>;
}

/** Counts the inbound packets of every subscribed track that is not muted; one that nobody looks at is not sent. */
export function watchPartners(room: Room): Sight {
  const counted = new Map<string, number>();
  let looking = false;

  const lookAll = async (): Promise<PartnerSight[] | undefined> => {
    const partners = firstOf(room.remoteParticipants.values());
    if (partners.length === 0) return undefined;
    return await Promise.all(partners.map((partner) => lookAt(partner, counted)));
  };
  return {
    look: async () => {
      if (looking) return undefined;
      looking = true;
      const seen = lookAll()
        .catch(() => undefined)
        .finally(() => (looking = false));
      return await Promise.race([seen, nothingAfter(COUNT_AT_MOST_MS)]);
    },
  };
}

/** In a room of thousands nobody counts them all twice a second. */
function firstOf(all: Iterable<RemoteParticipant>): RemoteParticipant[] {
  const first: RemoteParticipant[] = [];
  for (const one of all) if (first.push(one) === PARTNERS_MAX) break;
  return first;
}

/** Waits so long for nothing. */
export function nothingAfter(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}

async function lookAt(partner: RemoteParticipant, counted: Map<string, number>): Promise<PartnerSight> {
  const tracks = [...partner.trackPublications.values()]
    .filter((publication) => publication.isSubscribed && publication.isEnabled && !publication.isMuted)
    .flatMap((publication) => publication.track ?? []);
  const totals = await Promise.all(tracks.map(packetsOf));
  const total = totals.reduce((sum, each) => sum + each, 0);
  // The sid is read at each look: the object keeps living under another sid when its identity joins again.
  const participantSid = partner.sid;
  const before = counted.get(participantSid);
  counted.set(participantSid, total);
  const packets = before === undefined ? 0 : Math.max(0, total - before);
  return { participantSid, identity: partner.identity, packets, expected: tracks.length > 0 };
}

async function packetsOf(track: {
  getRTCStatsReport(): Promise<RTCStatsReport | undefined>;
}): Promise<number> {
  const report = await track.getRTCStatsReport();
  let packets = 0;
  report?.forEach((stats: InboundStats) => {
    if (stats.type === 'inbound-rtp') packets += cameOf(stats);
  });
  return packets;
}

interface InboundStats {
  readonly type?: string;
  readonly kind?: string;
  readonly packetsReceived?: number;
  readonly framesReceived?: number;
}

/** Of pictures those that came: LiveKit fills a stream whose source has died with packets that hold nothing. */
function cameOf({ kind, packetsReceived = 0, framesReceived = packetsReceived }: InboundStats): number {
  return kind === 'video' ? framesReceived : packetsReceived;
}
