import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureLivekit, startLivekit, type RunningLivekit } from '@latido/tools/livekit';
import { freePorts } from '@latido/tools/testing';

/** The story's own media server: it can be killed apart from ours, and comes back on the same ports. */
export interface MediaServer {
  readonly wsUrl: string;
  readonly metricsUrl: string;
  /** Where media goes. */
  readonly udpPort: number;
  /** Where media goes by TCP; 0 where it does not. */
  readonly tcpPort: number;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** SIGSTOP: it takes connections and answers nothing, until SIGCONT. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** SIGKILL: no goodbye to anybody. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const API_KEY = 'storykey';
export const API_SECRET = 'a-secret-of-the-stories-with-more-than-32-characters';

/** @throws when the machine has no livekit-server and none could be made. */
export async function startMediaServer(webhookUrl: string, byTcp = false): Promise<MediaServer> {
  const { LIVEKIT_URL: _none, ...env } = process.env;
  const found = process.env['LATIDO_TEST_LIVEKIT']
    ? { kind: 'binary' as const, path: process.env['LATIDO_TEST_LIVEKIT'] }
    : await ensureLivekit({ env });
  if (found.kind !== 'binary') throw new Error(`no livekit-server for the story: ${JSON.stringify(found)}`);
  const dir = await mkdtemp(join(tmpdir(), 'latido-livekit-'));
  const [port = 0, udpPort = 0, metricsPort = 0, tcpPort = 0] = await freePorts(4);
  const begin = () =>
    startLivekit({
      binary: found.path,
      port,
      udpPort,
      metricsPort,
      ...(byTcp ? { tcpPort } : {}),
      apiKey: API_KEY,
      apiSecret: API_SECRET,
      webhookUrl,
      dir,
    });
  let running: RunningLivekit | null = await begin();
  return {
    wsUrl: running.wsUrl,
    metricsUrl: running.metricsUrl,
    udpPort,
    tcpPort: byTcp ? tcpPort : 0,
    apiKey: API_KEY,
    apiSecret: API_SECRET,
    signal: (signal) => void (running && process.kill(running.pid, signal)),
    async kill() {
      if (!running) return;
      process.kill(running.pid, 'SIGKILL');
      await running.exited;
      running = null;
    },
    async start() {
      running ??= await begin();
    },
    async stop() {
      await running?.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
