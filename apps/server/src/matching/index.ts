export { createMatching, type MatchingDeps } from './create-matching.ts';
