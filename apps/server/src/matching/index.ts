export { isBusy } from './busy.ts';
export { createMatching, type MatchingDeps } from './create-matching.ts';
