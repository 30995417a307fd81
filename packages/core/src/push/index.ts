export { nextPush, type PendingNotice, type PushStep } from './next-push.ts';
export { pushKind, MANY_TTL_S, type PushKind } from './push-kind.ts';
export { afterAnswer, type AfterAnswer } from './after-answer.ts';
