#!/usr/bin/env node
/**
 * `node tools/livekit/main.mjs`: makes sure that there is a livekit-server and prints where.
 * `node tools/livekit/main.mjs run`: runs one until Ctrl-C, with LIVEKIT_API_KEY and LIVEKIT_API_SECRET or new ones,
 * its webhooks going to WEBHOOK_URL if that is set.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureLivekit, startLivekit } from './index.mjs';

const found = await ensureLivekit();
if (found.kind === 'none') {
  console.error(found.reason);
  process.exitCode = 1;
} else if (process.argv[2] === 'run' && found.kind !== 'given') {
  await runUntilInterrupted(found);
} else {
  console.log(found.path ?? found.url ?? found.kind);
}

async function runUntilInterrupted(livekit) {
  const dir = mkdtempSync(join(tmpdir(), 'latido-livekit-'));
  const apiKey = process.env.LIVEKIT_API_KEY || 'devkey';
  const apiSecret = process.env.LIVEKIT_API_SECRET || randomBytes(24).toString('hex');
  const webhookUrl = process.env.WEBHOOK_URL;
  const which = livekit.kind === 'docker' ? { docker: true } : { binary: livekit.path };
  const running = await startLivekit({ ...which, apiKey, apiSecret, webhookUrl, dir, log: console.log });
  console.log(`LIVEKIT_URL=${running.wsUrl}\nLIVEKIT_API_KEY=${apiKey}\nLIVEKIT_API_SECRET=${apiSecret}`);
  console.log(`LIVEKIT_METRICS_URL=${running.metricsUrl}`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void running.stop());
  await running.exited;
  rmSync(dir, { recursive: true, force: true });
}
