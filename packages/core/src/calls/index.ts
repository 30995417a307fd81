export type { CallInterval, LastStay } from './coverage.ts';
export { isThere, lastStay, presenceOf } from './coverage.ts';
export type { CallEnd, CallFact } from './ends.ts';
export { ENDING_FACTS, isOneToOne, reasonOfLeave } from './ends.ts';
export type { CallEvidence, CallMember, CallReading, CallTerms } from './fold-call.ts';
export { EXPIRES_AFTER_MS, foldCall } from './fold-call.ts';
export type { Seen } from './strangers.ts';
export { isSeenInRoom } from './strangers.ts';
