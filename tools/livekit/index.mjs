/** The media server for development: finding or making it, and running it beside us. */
export { ensureLivekit } from './find.mjs';
export { startLivekit } from './run.mjs';
export { pinnedVersion } from './release.mjs';
