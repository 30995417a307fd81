export {
  reportPresence,
  type PeerBeat,
  type PeerState,
  type PresenceOptions,
  type PresenceReporter,
} from './presence/report-presence.ts';
export { backoffMs } from './presence/backoff.ts';
