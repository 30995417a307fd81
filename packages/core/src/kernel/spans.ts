/** A stretch of time, `[fromAt, toAt]` in epoch milliseconds; `toAt` itself is no longer part of it. */
export type Span = readonly [fromAt: number, toAt: number];

/** A stretch that may go on: `null` means that its end is not known yet. */
export type OpenSpan = readonly [fromAt: number, toAt: number | null];

/** Ends every open stretch at `untilAt` and cuts away all that lies after it. */
export function closeSpans(spans: readonly OpenSpan[], untilAt: number): Span[] {
  return unionSpans(spans.map(([fromAt, toAt]): Span => [fromAt, Math.min(toAt ?? untilAt, untilAt)]));
}

/** What is covered at least once: sorted, disjoint, without empty or backward stretches; touching ones are one. */
export function unionSpans(...lists: readonly (readonly Span[])[]): Span[] {
  const there = lists.flat().filter(([fromAt, toAt]) => toAt > fromAt);
  // Most people are there once: ten thousand of them are not sorted each.
  if (there.length < 2) return there;
  const sorted = there.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const union: Span[] = [];
  for (const span of sorted) {
    const last = union.at(-1);
    if (last !== undefined && span[0] <= last[1]) {
      union[union.length - 1] = [last[0], Math.max(last[1], span[1])];
    } else {
      union.push(span);
    }
  }
  return union;
}

/** What both cover. */
export function intersectSpans(one: readonly Span[], other: readonly Span[]): Span[] {
  if (one.length === 0 || other.length === 0) return [];
  const a = unionSpans(one);
  const b = unionSpans(other);
  const both: Span[] = [];
  let i = 0;
  let j = 0;
  for (let x = a[i], y = b[j]; x !== undefined && y !== undefined; x = a[i], y = b[j]) {
    const fromAt = Math.max(x[0], y[0]);
    const toAt = Math.min(x[1], y[1]);
    if (toAt > fromAt) both.push([fromAt, toAt]);
    if (x[1] < y[1]) i += 1;
    else j += 1;
  }
  return both;
}

/** What `from` covers and `minus` does not. */
export function subtractSpans(from: readonly Span[], minus: readonly Span[]): Span[] {
  const holes = unionSpans(minus);
  const rest: Span[] = [];
  let i = 0;
  for (const [fromAt, toAt] of unionSpans(from)) {
    let startAt = fromAt;
    while ((holes[i]?.[1] ?? Infinity) <= fromAt) i += 1;
    for (let j = i; j < holes.length; j += 1) {
      const hole = holes[j];
      if (hole === undefined || hole[0] >= toAt) break;
      if (hole[0] > startAt) rest.push([startAt, hole[0]]);
      startAt = Math.max(startAt, hole[1]);
    }
    if (toAt > startAt) rest.push([startAt, toAt]);
  }
  return rest;
}

/** What at least `count` of the lists cover at the same time: togetherness. */
export function coveredBy(lists: readonly (readonly Span[])[], count: number): Span[] {
  const edges = lists
    .flatMap((list) => unionSpans(list))
    .flatMap(([fromAt, toAt]) => [
      { at: fromAt, step: 1 },
      { at: toAt, step: -1 },
    ])
    .toSorted((a, b) => a.at - b.at || a.step - b.step);
  const covered: Span[] = [];
  let depth = 0;
  let startAt = 0;
  for (const { at, step } of edges) {
    if (depth === count - 1 && step === 1) startAt = at;
    if (depth === count && step === -1) covered.push([startAt, at]);
    depth += step;
  }
  return unionSpans(covered);
}

/** Milliseconds that are covered at least once. */
export function totalMs(spans: readonly Span[]): number {
  return unionSpans(spans).reduce((sumMs, [fromAt, toAt]) => sumMs + toAt - fromAt, 0);
}

/** The instant at which `ms` of the covered time have passed; null when there is less of it. */
export function instantAfter(spans: readonly Span[], ms: number): number | null {
  let leftMs = ms;
  for (const [fromAt, toAt] of unionSpans(spans)) {
    if (toAt - fromAt >= leftMs) return fromAt + leftMs;
    leftMs -= toAt - fromAt;
  }
  return null;
}
