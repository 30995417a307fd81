import type { InLine } from './index.ts';

export const NOW = Date.UTC(2026, 0, 5, 10);
/** So many seconds later. */
export const at = (s: number) => NOW + s * 1000;

/** Whoever looks for somebody at any price, for a minute. */
export function payer(personId: string, more: Partial<InLine> = {}): InLine {
  return {
    personId,
    side: 'payer',
    since: at(-60),
    ahead: false,
    freeSince: at(-60),
    beatAt: NOW,
    silences: 0,
    isBusy: false,
    maxPrice: null,
    price: null,
    coins: null,
    firstHold: null,
    language: null,
    lastPartnerId: null,
    blocked: [],
    ...more,
  };
}

/** Whoever is on air for ten coins a minute. */
export const earner = (personId: string, more: Partial<InLine> = {}): InLine => ({
  ...payer(personId),
  side: 'earner',
  price: 10,
  language: 'en',
  ...more,
});
