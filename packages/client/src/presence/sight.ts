import type { PartnerSight } from '@latido/protocol';
import type { RemoteParticipant, Room } from 'livekit-client';

const LOOK_EVERY_MS = 1_000;
/** A call of two has one partner; in a crowd the first sixteen are told, as the server reads no more. */
const PARTNERS_MAX = 16;

/** What this browser sees of the others: the independent eyes of design page 2. */
export interface Sight {
  /** The newest look that was not told yet; undefined when there is nothing new. */
  take(): PartnerSight[] | undefined;
  /** Looks again if the last look is a second old. */
  look(nowMs: number): void;
}

/** Counts the inbound packets of every subscribed track that is not muted, once a second. */
export function watchPartners(room: Room): Sight {
  const counted = new Map<string, number>();
  let fresh: PartnerSight[] | undefined;
  let lookedAtMs = -Infinity;
  let looking = false;

  const lookAll = async (): Promise<void> => {
    const partners = [...room.remoteParticipants.values()].slice(0, PARTNERS_MAX);
    const seen = await Promise.all(partners.map((partner) => lookAt(partner, counted)));
    fresh = seen.length > 0 ? seen : undefined;
  };
  return {
    take: () => {
      const told = fresh;
      fresh = undefined;
      return told;
    },
    look: (nowMs) => {
      if (looking || nowMs - lookedAtMs < LOOK_EVERY_MS) return;
      lookedAtMs = nowMs;
      looking = true;
      void lookAll()
        .catch(() => undefined)
        .finally(() => (looking = false));
    },
  };
}

async function lookAt(partner: RemoteParticipant, counted: Map<string, number>): Promise<PartnerSight> {
  const tracks = [...partner.trackPublications.values()]
    .filter((publication) => publication.isSubscribed && !publication.isMuted)
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
  report?.forEach((stats: { type?: string; packetsReceived?: number }) => {
    if (stats.type === 'inbound-rtp') packets += stats.packetsReceived ?? 0;
  });
  return packets;
}
