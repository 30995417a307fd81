export { checkAttention, type CheckDeps, type CheckWish } from './check.ts';
export { createCollections, type Collections, type CollectionsDeps } from './create-collections.ts';
export { tellCollectors } from './telling.ts';
