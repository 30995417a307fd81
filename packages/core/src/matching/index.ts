export {
  ASK_KEPT_MS,
  LOST_AFTER_MS,
  OFFER_MS,
  offerMsFor,
  QUIET_AFTER_MS,
  UNHURRIED_OFFER_MS,
} from './limits.ts';
export { whoIsShort, type Short } from './coins.ts';
export { isReady, type InLine } from './line.ts';
export { Outlooks, type Outlook } from './outlook.ts';
export { pairUp, type Pair } from './pair-up.ts';
export { whomToTell, type Ask, type AskAnswered } from './tell-who-asked.ts';
export { placeAfter, type OffReason, type Outcome, type Place } from './place-after.ts';
