export { createPush, type Push, type PushDeps } from './create-push.ts';
