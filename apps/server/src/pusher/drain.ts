/** How often a slice of the sockets is sent away. */
const SLICE_EVERY_MS = 200;

/** Some sockets, and how long after the slice before them. */
export interface Slice<T> {
  readonly connections: readonly T[];
  readonly afterMs: number;
}

/** Cuts what is connected into slices that together take about `overMs`; a few go at once. */
export function drainOrder<T>(connections: readonly T[], overMs: number): Slice<T>[] {
  const slices = Math.max(1, Math.floor(overMs / SLICE_EVERY_MS));
  const size = Math.max(10, Math.ceil(connections.length / slices));
  const order: Slice<T>[] = [];
  for (let at = 0; at < connections.length; at += size) {
    order.push({ connections: connections.slice(at, at + size), afterMs: at === 0 ? 0 : SLICE_EVERY_MS });
  }
  return order;
}
