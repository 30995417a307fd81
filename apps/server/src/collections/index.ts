export { checkAttention, type CheckDeps } from './check.ts';
export { createCollections, type CollectionsDeps } from './create-collections.ts';
