import { ensureLivekit } from '../livekit/index.mjs';
import { ensurePostgres, ensureRedis, findChromium } from '../testing/index.mjs';

/**
 * What the tests need from the machine, found or made: the settings that tell the tests, the names of what is missing
 * with the reason, and how to end what was started.
 */
export async function openResources({ log, stories, signal }) {
  const env = {};
  const missing = [];
  const postgres = await ensurePostgres({ log, durable: false });
  if (postgres) env.LATIDO_TEST_DATABASE_URL = postgres.url;
  else
    missing.push({ name: 'Postgres', reason: 'none on this machine, and npm carries none that runs here' });
  const redis = await ensureRedis();
  if (redis) env.LATIDO_TEST_REDIS_URL = redis.url;
  else
    missing.push({
      name: 'Redis',
      reason: 'no redis-server on this machine, and LATIDO_TEST_REDIS_URL is not set',
    });
  log(`  Postgres: ${postgres?.from ?? 'none'} · Redis: ${redis?.from ?? 'none'}`);
  const close = async () => {
    await Promise.all([postgres?.stop(), redis?.stop()]);
  };
  try {
    if (stories) await addStoryResources({ env, missing, log, signal });
  } catch (error) {
    await close();
    throw error;
  }
  return { env, missing, close };
}

async function addStoryResources({ env, missing, log, signal }) {
  const chromium = await findChromium();
  if (chromium) env.CHROMIUM_PATH = chromium.path;
  else
    missing.push({ name: 'Chromium', reason: 'none on this machine, and npm carries none that runs here' });
  // The stories kill and restart a media server of their own: one that somebody points us at will not do.
  const { LIVEKIT_URL: _url, LIVEKIT_WS_URL: _wsUrl, ...rest } = process.env;
  const livekit = await ensureLivekit({ log, signal, env: rest });
  if (livekit.kind === 'binary') env.LATIDO_TEST_LIVEKIT = livekit.path;
  else
    missing.push({
      name: 'LiveKit',
      reason: livekit.reason ?? 'only Docker has one, which the stories cannot kill',
    });
  log(`  Chromium: ${chromium?.from ?? 'none'} · LiveKit: ${livekit.path ?? 'none'}`);
}
