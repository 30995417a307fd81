/** One stay of a participant, as `/intervals` tells it. */
export interface Stay {
  readonly participantSid: string;
  readonly identity: string;
  readonly personId: string | null;
  readonly name: string;
  readonly joinedAt: string;
  readonly leftAt: string | null;
  readonly joinReason: string | null;
  readonly leftReason: string | null;
  readonly state: string;
  readonly gaps: readonly { readonly fromAt: string; readonly toAt: string | null }[];
}

/** A stretch of proven presence: one bar of a lane. Epoch ms; `toAt` null while it goes on. */
export interface Bar {
  readonly sid: string;
  readonly name: string;
  readonly fromAt: number;
  readonly toAt: number | null;
}

/** One person's lane: every bar of theirs, and the bars of each device that was there beside another. */
export interface Lane {
  readonly key: string;
  readonly name: string;
  readonly bars: readonly Bar[];
  readonly devices: readonly (readonly Bar[])[];
}

/** What is drawn, epoch ms. */
export interface Span {
  readonly fromAt: number;
  readonly toAt: number;
}

const ms = (instant: string): number => Date.parse(instant);
const SHORTEST_MS = 5_000;

/** What the lanes span: from the first arrival to the last end, or to now while somebody is there. */
export function spanOf(
  people: readonly { readonly firstJoinAt: string; readonly lastLeaveAt: string | null }[],
  nowAt: number,
): Span {
  const fromAt = Math.min(...people.map(({ firstJoinAt }) => ms(firstJoinAt)));
  const ends = people.map(({ lastLeaveAt }) => (lastLeaveAt === null ? nowAt : ms(lastLeaveAt)));
  return { fromAt, toAt: Math.max(fromAt + SHORTEST_MS, ...ends) };
}

/** The bars of one stay: from joined to left, without the gaps in which no sign of life arrived. */
export function barsOf(stay: Stay): Bar[] {
  const { participantSid: sid, name } = stay;
  const endAt = stay.leftAt === null ? null : ms(stay.leftAt);
  const bars: Bar[] = [];
  let fromAt = ms(stay.joinedAt);
  const gaps = [...stay.gaps].sort((a, b) => ms(a.fromAt) - ms(b.fromAt));
  for (const gap of gaps) {
    const stopAt = endAt === null ? ms(gap.fromAt) : Math.min(ms(gap.fromAt), endAt);
    if (stopAt > fromAt) bars.push({ sid, name, fromAt, toAt: stopAt });
    if (gap.toAt === null) return bars;
    fromAt = Math.max(fromAt, ms(gap.toAt));
  }
  if (endAt === null || endAt > fromAt) bars.push({ sid, name, fromAt, toAt: endAt });
  return bars;
}

/** Whose lane: the person's, for whom attendance counts every tab and device as one; else the identity's. */
export const laneKeyOf = (of: { readonly identity: string; readonly personId: string | null }): string =>
  of.personId ?? of.identity;

/**
 * A lane a person, in the order of first arrival. Stays that lie over each other were at two devices at once, each of which
 * has a lane of its own; who came back later came back to the same one, as far as anybody can tell.
 */
export function lanesOf(stays: readonly Stay[]): Lane[] {
  const people = new Map<string, Stay[]>();
  for (const stay of [...stays].sort((a, b) => ms(a.joinedAt) - ms(b.joinedAt))) {
    const key = laneKeyOf(stay);
    people.set(key, [...(people.get(key) ?? []), stay]);
  }
  return [...people].map(([key, own]) => ({
    key,
    name: own[0]?.name || own[0]?.identity || key,
    bars: own.flatMap(barsOf),
    devices: devicesOf(own).map((device) => device.flatMap(barsOf)),
  }));
}

function devicesOf(stays: readonly Stay[]): Stay[][] {
  const devices: Stay[][] = [];
  for (const stay of stays) {
    const free = devices.find((device) => {
      const leftAt = device.at(-1)?.leftAt ?? null;
      return leftAt !== null && ms(leftAt) <= ms(stay.joinedAt);
    });
    if (free) free.push(stay);
    else devices.push([stay]);
  }
  return devices;
}

/** The time that some bars cover together, as bars that nobody can select. */
export function unionOf(bars: readonly Bar[]): { fromAt: number; toAt: number | null }[] {
  const union: { fromAt: number; toAt: number | null }[] = [];
  for (const { fromAt, toAt } of [...bars].sort((a, b) => a.fromAt - b.fromAt)) {
    const last = union.at(-1);
    if (last && (last.toAt === null || fromAt <= last.toAt)) {
      last.toAt = last.toAt === null || toAt === null ? null : Math.max(last.toAt, toAt);
    } else union.push({ fromAt, toAt });
  }
  return union;
}

/** Why LiveKit says that nobody was on a telephone. */
const UNANSWERED: readonly string[] = ['not_answered', 'rejected', 'trunk_failed'];

/** Telephones that rang and that nobody was on. */
export function unansweredOf(stays: readonly Stay[]): { sid: string; name: string; reason: string }[] {
  return stays.flatMap(({ participantSid: sid, name, identity, leftReason }) =>
    leftReason !== null && UNANSWERED.includes(leftReason)
      ? [{ sid, name: name || identity, reason: leftReason }]
      : [],
  );
}

const STEPS_MS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400,
].map((s) => s * 1_000);

/**
 * Round instants to write along the top: at most `most` of them, inside the span. Round by the reader's clock, which is
 * `offsetMs` ahead of UTC: half past in Delhi is no full hour.
 */
export function ticksOf([fromAt, toAt]: readonly [number, number], most: number, offsetMs = 0): number[] {
  const step = STEPS_MS.find((each) => (toAt - fromAt) / each <= most) ?? 86_400_000;
  const first = Math.ceil((fromAt + offsetMs) / step) * step - offsetMs;
  return Array.from(
    { length: Math.max(0, Math.floor((toAt - first) / step) + 1) },
    (_, n) => first + n * step,
  );
}
