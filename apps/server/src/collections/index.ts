export { checkAttention, type CheckDeps } from './check.ts';
export type { Announce } from './ports.ts';
export { createCollections, type CollectionsDeps } from './create-collections.ts';
