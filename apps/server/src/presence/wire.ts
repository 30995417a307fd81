import type { Fact, Interval } from '@latido/core';

/** An interval as HTTP carries it. */
export function intervalOnWire(interval: Interval) {
  const { joinedAt, leftAt, leftAtMin, leftAtMax, lastProofAt, gaps, ...rest } = interval;
  return {
    ...rest,
    joinedAt: iso(joinedAt),
    leftAt: iso(leftAt),
    leftAtMin: iso(leftAtMin),
    leftAtMax: iso(leftAtMax),
    lastProofAt: iso(lastProofAt),
    gaps: gaps.map(([fromAt, toAt]) => ({ fromAt: iso(fromAt), toAt: iso(toAt) })),
  };
}

/** A fact as HTTP carries it; its place in the log is a string, because it may outgrow a JSON number. */
export function factOnWire({ seq, occurredAt, receivedAt, ...rest }: Fact) {
  return { seq: String(seq), ...rest, occurredAt: iso(occurredAt), receivedAt: iso(receivedAt) };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
