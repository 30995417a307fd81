/** So long somebody speaks before the picture goes to them: a yes in between does not turn it. */
export const SPEAKS_MS = 2_000;

/** Who is in the large picture, and who speaks now: a person's sid, or nobody. */
export interface Floor {
  readonly shown: string | null;
  readonly speaking: string | null;
  /** Since when they speak, epoch ms. */
  readonly since: number;
}

/** Nobody has spoken yet. */
export const SILENCE: Floor = { shown: null, speaking: null, since: 0 };

/** The floor after it was heard who speaks loudest now. Who falls silent stays in the picture until another one speaks. */
export function heard(before: Floor, loudest: string | null, now: number): Floor {
  const since = loudest === before.speaking ? before.since : now;
  const isLong = loudest !== null && (before.shown === null || now - since >= SPEAKS_MS);
  return { shown: isLong ? loudest : before.shown, speaking: loudest, since };
}

/** In how many ms it may go to another one by itself; null where it does not. */
export function turnsInMs({ shown, speaking, since }: Floor, now: number): number | null {
  return speaking === null || speaking === shown ? null : Math.max(0, since + SPEAKS_MS - now);
}

/** A picture that could be the large one. */
export interface Candidate {
  readonly key: string;
  readonly sid: string;
  readonly isScreen: boolean;
  readonly isLocal: boolean;
}

/** Which picture is the large one: what is pinned, else a shared screen, else who speaks, else the first of the others. */
export function largeOf<T extends Candidate>(
  all: readonly T[],
  { pinned, shown }: { readonly pinned: string | null; readonly shown: string | null },
): T | undefined {
  return (
    all.find(({ key }) => key === pinned) ??
    all.find(({ isScreen }) => isScreen) ??
    all.find(({ sid, isLocal }) => sid === shown && !isLocal) ??
    all.find(({ isLocal }) => !isLocal) ??
    all[0]
  );
}
