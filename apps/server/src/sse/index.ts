export { createSse, type SseDeps } from './create-sse.ts';
