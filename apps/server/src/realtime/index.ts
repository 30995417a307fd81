export { appOfName, crossesApps, nameForClients, nameInHub } from './apps.ts';
export {
  inboxOwner,
  isCacheChannel,
  isEncrypted,
  kindOf,
  type ChannelEvent,
  type Member,
  type Subscriber,
} from './channel.ts';
export { Pace } from './pace.ts';
export { isOfClient, jsonOf, PerSecond, refusedBecause } from './client-events.ts';
export { createRealtime, type Realtime, type RealtimeDeps } from './create-realtime.ts';
export type { DoorFigure, DropReason } from './door-figures.ts';
export { Crowd } from './crowd.ts';
export { Doors, TOO_MANY_SOCKETS, type Door, type Upgrade } from './doors.ts';
export type { Broadcast, Hub } from './hub.ts';
export type { ChannelObserver } from './observers.ts';
export type { Broadcaster, CallStateFor, Joiner, MayJoin, Who } from './ports.ts';
export { presenceDoor } from './presence-door.ts';
export { sharedInMemory, type Shared } from './shared-members.ts';
export { sharedInRedis } from './shared-members-redis.ts';
