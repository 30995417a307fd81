export { LOST_AFTER_MS, OFFER_MS, offerMsFor, QUIET_AFTER_MS, UNHURRIED_OFFER_MS } from './limits.ts';
export { type InLine } from './line.ts';
export { outlookOf, waitsFor, type Outlook } from './outlook.ts';
export { pairUp, type Pair } from './pair-up.ts';
export { placeAfter, type OffReason, type Outcome, type Place } from './place-after.ts';
