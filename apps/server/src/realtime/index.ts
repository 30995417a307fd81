export { authorizeChannel } from './auth-routes.ts';
export { CALL_HINT } from './call-pushes.ts';
export { createRealtime, type Realtime, type RealtimeDeps } from './create-realtime.ts';
export { mayJoin } from './may-join.ts';
export type { Broadcaster, CallStateFor, Joiner, PresenceDoor, Who } from './ports.ts';
