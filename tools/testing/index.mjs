/** What the tests need from the machine, and how to get it where the machine has none. */
export { findChromium } from './chromium.mjs';
export { ensurePostgres } from './postgres.mjs';
export { ensureRedis } from './redis.mjs';
export { freePort, freePorts } from '../launch/ports.mjs';
