export { refuseElsewhere } from './busy.ts';
export { createMatching, type MatchingDeps } from './create-matching.ts';
