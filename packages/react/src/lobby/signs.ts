import type { Lobby } from '@latido/protocol';

const SIGNS_MAX = 24;

/** Signs of life of each entry, epoch ms by our clock, ascending. */
export type Signs = ReadonlyMap<string, readonly number[]>;

/** What is known after another look: a sign that was seen before is the same one, and nobody is kept who is not there any more. */
export function withSigns(before: Signs, { items, serverAt }: Lobby, now: number): Signs {
  const offsetMs = now - Date.parse(serverAt);
  return new Map(
    items.map(({ entryId, lastSignAt }) => {
      const known = before.get(entryId) ?? [];
      const at = Date.parse(lastSignAt) + offsetMs;
      // The clocks' offset is as uncertain as an answer is slow: one sign is not two by it.
      const isNew = at > (known.at(-1) ?? 0) + SAME_MS;
      return [entryId, isNew ? [...known, at].slice(-SIGNS_MAX) : known];
    }),
  );
}

const SAME_MS = 1_000;
