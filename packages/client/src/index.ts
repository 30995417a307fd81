export {
  reportPresence,
  type PeerBeat,
  type MediaState,
  type PeerState,
  type PresenceOptions,
  type PresenceReporter,
} from './presence/report-presence.ts';
export { startTicker, type Ticker } from './presence/ticker.ts';
export { backoffMs } from './presence/backoff.ts';
export { watchOwnTransport, type OwnTransport } from './presence/own-transport.ts';
export { watchPartners, type Sight } from './presence/sight.ts';
export { createApi, type Api, type ApiOptions, type Page, type PageOf } from './api/create-api.ts';
export { createFiles, type Files, type UploadOptions } from './api/create-files.ts';
export { LatidoError, NoAnswer, type ServerAddress } from './api/problem.ts';
export { connectRealtime } from './realtime/connect-realtime.ts';
export { connectShared } from './realtime/share-tabs.ts';
export type {
  RealtimeConnection,
  RealtimeDoor,
  RealtimeOptions,
  RealtimeStatus,
} from './realtime/options.ts';
export { TIMING, type Timing } from './realtime/timing.ts';
