/** How long an offer may be looked at. Long enough to read a name and a price; a person who waits is kept no longer. */
export const OFFER_MS = 5_000;

/** For who reads by a screen reader, works a switch, or simply asked for it (WCAG 2.2.1). */
export const UNHURRIED_OFFER_MS = 20_000;

/** How long an offer to these may be looked at: as long as the slower of them needs. */
export function offerMsFor(people: readonly { readonly unhurried: boolean }[]): number {
  return people.some(({ unhurried }) => unhurried) ? UNHURRIED_OFFER_MS : OFFER_MS;
}

/** Without a sign of the page nobody is offered to anybody: pages beat every 3 s, so this is three lost in a row. */
export const QUIET_AFTER_MS = 10_000;

/** And after this the place in line is lost: a tunnel is shorter, a closed lid is not. */
export const LOST_AFTER_MS = 30_000;

/** Last partners meet again only when both have been free for so long and nobody else fits. */
export const SAME_AGAIN_AFTER_MS = 15_000;

/** For how long somebody who asked to be told who is on air still wants to know. */
export const ASK_KEPT_MS = 86_400_000;

/** So many offers in a row without an answer, and the person is taken off. */
export const SILENCES_MAX = 2;
