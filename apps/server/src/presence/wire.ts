import type { Fact, Interval, OpenSpan } from '@latido/core';

/** An interval as HTTP carries it; `roomName` is what people call the room, LiveKit's own name of it stays here. */
export function intervalOnWire(interval: Interval, roomName: string) {
  const { joinedAt, leftAt, leftAtMin, leftAtMax, lastProofAt, gaps, unpaid, outageAt, closedAt, ...rest } =
    interval;
  const { tracks = [], ...said } = rest;
  return {
    ...said,
    roomName,
    joinedAt: iso(joinedAt),
    leftAt: iso(leftAt),
    leftAtMin: iso(leftAtMin),
    leftAtMax: iso(leftAtMax),
    lastProofAt: iso(lastProofAt),
    gaps: gaps.map(stretch),
    unpaid: unpaid.map(stretch),
    outageAt: outageAt.map(iso),
    closedAt: closedAt.map(iso),
    tracks: tracks.map(([sid, kind, fromAt, toAt]) => ({
      sid,
      kind: String(kind),
      fromAt: iso(fromAt),
      toAt: iso(toAt),
    })),
  };
}

/** A fact as HTTP carries it; its place in the log is a string, because it may outgrow a JSON number. */
export function factOnWire({ seq, occurredAt, receivedAt, ...rest }: Fact, roomName: string) {
  return { seq: String(seq), ...rest, roomName, occurredAt: iso(occurredAt), receivedAt: iso(receivedAt) };
}

function stretch([fromAt, toAt]: OpenSpan) {
  return { fromAt: iso(fromAt), toAt: iso(toAt) };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
