/** How long somebody is shown as typing after they were told to be. */
export const TYPING_HOLDS_MS = 6_000;
/** How often a page says that somebody types. */
export const TYPING_EVERY_MS = 3_000;

/** Who types, and until when (ms of the page's clock). */
export type Typing = ReadonlyMap<string, { readonly name: string; readonly until: number }>;

/** Somebody types: it is shown for a while from now. */
export function typed(typing: Typing, who: { personId: string; name: string }, now: number): Typing {
  return new Map([...typing, [who.personId, { name: who.name, until: now + TYPING_HOLDS_MS }]]);
}

/** Somebody has sent what they typed. */
export function sentBy(typing: Typing, personId: string): Typing {
  return new Map([...typing].filter(([id]) => id !== personId));
}

/** Those whose time is not over. */
export function still(typing: Typing, now: number): Typing {
  return new Map([...typing].filter(([, { until }]) => until > now));
}

/** The names that a reader is shown: neither their own, nor of whom they do not read. */
export function namesOf(typing: Typing, without: readonly string[]): string[] {
  return [...typing].filter(([id]) => !without.includes(id)).map(([, { name }]) => name);
}
