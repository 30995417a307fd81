import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@latido/tools/testing';
import { FIRST_START, startLatido } from './server.ts';

/**
 * Called by vitest before the first story: what a server makes in an empty folder, which takes a third of a minute of the
 * processor each time, is made once and copied. What it gives is called after the last story.
 */
export default async function prepare(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'latido-first-'));
  const secret = 'of a media server that is not there';
  // Nobody answers there: the server waits for no media server as it starts.
  const media = { wsUrl: 'ws://127.0.0.1:9', metricsUrl: '', apiKey: 'devkey', apiSecret: secret };
  const server = await startLatido({ port: await freePort(), media: () => media });
  await server.rest();
  await cp(server.dataDir, folder, { recursive: true });
  await server.stop();
  process.env[FIRST_START] = folder;
  return () => rm(folder, { recursive: true, force: true });
}
