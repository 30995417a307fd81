export { createPusher, type Pusher, type PusherDeps } from './create-pusher.ts';
