import { QUIET_AFTER_MS, SAME_AGAIN_AFTER_MS } from './limits.ts';

/** Somebody who looks for somebody, or takes calls. Instants are epoch ms, prices coins a minute. */
export interface InLine {
  readonly personId: string;
  readonly side: 'payer' | 'earner';
  /** Waits, or is idle, since. Kept by whoever was left. */
  readonly since: number;
  /** In front of the line: was left by somebody. */
  readonly ahead: boolean;
  /** When they were last free to meet somebody. */
  readonly freeSince: number;
  /** Their page's last sign. */
  readonly beatAt: number;
  readonly silences: number;
  /** In an offer or a call. */
  readonly isBusy: boolean;
  /** A payer's limit; null is none. */
  readonly maxPrice: number | null;
  /** What an earner asks; null of a payer. */
  readonly price: number | null;
  /** What a payer can spend; null where it is not known, and of an earner. */
  readonly coins: number | null;
  /** What a call with an earner holds first; null of a payer. */
  readonly firstHold: number | null;
  /** The language that a payer wants, null for any; the one that an earner speaks. */
  readonly language: string | null;
  readonly lastPartnerId: string | null;
  /** Whom they never meet: blocked by either. */
  readonly blocked: readonly string[];
}

/** Whether somebody can be offered to somebody now: free, and their page is there. */
export function isReady(person: InLine, now: number): boolean {
  return !person.isBusy && isHeard(person, now);
}

/** Whether their page gave a sign of late. */
export function isHeard({ beatAt }: Pick<InLine, 'beatAt'>, now: number): boolean {
  return now - beatAt < QUIET_AFTER_MS;
}

/** What a payer looks for, and whom they never meet. */
export type Seeker = Pick<InLine, 'personId' | 'maxPrice' | 'language' | 'blocked'>;

/** Whether price, language and blocks allow the two to meet. */
export function fits(payer: Seeker, earner: InLine): boolean {
  if (payer.personId === earner.personId || !suits(payer, earner)) return false;
  return !payer.blocked.includes(earner.personId) && !earner.blocked.includes(payer.personId);
}

/** Whether price and language allow the two to meet. */
export function suits(
  payer: Pick<Seeker, 'maxPrice' | 'language'>,
  earner: Pick<InLine, 'price' | 'language'>,
): boolean {
  if (earner.price === null) return false;
  if (payer.maxPrice !== null && earner.price > payer.maxPrice) return false;
  return payer.language === null || earner.language === payer.language;
}

/**
 * Whether a payer and their last partner are kept apart still. An earner who has met somebody else since may never be free for
 * long: then the payer's own time is enough, or whoever fits nobody else would wait beside others for ever.
 */
export function restsFrom(
  payer: Pick<InLine, 'personId' | 'freeSince' | 'lastPartnerId'>,
  earner: Pick<InLine, 'personId' | 'freeSince' | 'lastPartnerId'>,
  now: number,
): boolean {
  if (payer.lastPartnerId !== earner.personId) return false;
  const metOthers = earner.lastPartnerId !== null && earner.lastPartnerId !== payer.personId;
  const freeSince = metOthers ? payer.freeSince : Math.max(payer.freeSince, earner.freeSince);
  return now - freeSince < SAME_AGAIN_AFTER_MS;
}

/** Who was left first; then who has waited longest. */
export function byPlace(a: InLine, b: InLine): number {
  if (a.ahead !== b.ahead) return a.ahead ? -1 : 1;
  return a.since - b.since || (a.personId < b.personId ? -1 : 1);
}
