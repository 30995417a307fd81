import { join } from 'node:path';
import { AppError, type Config, type Log } from './platform/index.ts';

/** The media server that we started. */
export interface MediaServer {
  wsUrl: string;
  metricsUrl?: string;
  /** In one line, for the terminal. */
  words: string;
  stop(): Promise<void>;
}

/** What {@link startMediaServer} needs. */
export interface MediaServerOptions {
  config: Config;
  /** Where its webhooks go. */
  webhookUrl: string;
  log: Log;
  /** A line for the person at the terminal. */
  say: (line: string) => void;
  /** Ends a build or a download that nobody waits for any more. */
  signal: AbortSignal;
}

/**
 * Starts a LiveKit beside us, tied to our life. Where none can be had, the test kit's fake stands in, so that all but
 * media can be tried; never in production.
 */
export async function startMediaServer(options: MediaServerOptions): Promise<MediaServer> {
  const { config, say, signal } = options;
  const { ensureLivekit } = await import('@latido/tools/livekit');
  const found = await ensureLivekit({ log: say, signal });
  if (found.kind === 'given') return { wsUrl: found.url, words: found.url, stop: async () => {} };
  if (found.kind !== 'none')
    return await startReal(options, found.kind === 'binary' ? { binary: found.path } : { docker: true });
  if (!config.development) throw new AppError('livekit.unavailable', found.reason);
  say(found.reason);
  return await startFake(options);
}

const AGAIN_AFTER_MS = 500;

async function startReal(
  { config, webhookUrl, log, say }: MediaServerOptions,
  what: { binary: string } | { docker: true },
): Promise<MediaServer> {
  const { startLivekit } = await import('@latido/tools/livekit');
  const { apiKey, apiSecret } = keysOf(config);
  const start = (ports: { port?: number }) =>
    startLivekit({
      ...what,
      ...ports,
      apiKey,
      apiSecret,
      webhookUrl,
      dir: join(config.dataDir, 'livekit'),
      log: say,
    });
  let running = await start({});
  const { wsUrl, metricsUrl } = running;
  const port = Number(new URL(wsUrl).port);
  let stopping = false;
  const watch = async (): Promise<void> => {
    while (!stopping) {
      const { code, signal } = await running.exited;
      if (stopping) return;
      log.error({ code, signal }, 'the media server ended by itself: it is started again');
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
      try {
        if (!stopping) running = await start({ port });
      } catch (error) {
        log.error({ err: error }, 'the media server does not start again');
      }
    }
  };
  void watch();
  return {
    wsUrl,
    metricsUrl,
    words: `${wsUrl} (LiveKit, pid ${running.pid})`,
    async stop() {
      stopping = true;
      await running.stop();
    },
  };
}

async function startFake({ config, webhookUrl }: MediaServerOptions): Promise<MediaServer> {
  const { startFakeLivekit } = await import('@latido/testkit');
  const fake = await startFakeLivekit({ ...keysOf(config), webhookUrls: [webhookUrl], autoCreate: true });
  return { wsUrl: fake.wsUrl, words: `${fake.wsUrl} (a stand-in without media)`, stop: () => fake.stop() };
}

function keysOf({ livekitApiKey, livekitApiSecret }: Config): { apiKey: string; apiSecret: string } {
  if (!livekitApiKey || !livekitApiSecret)
    throw new AppError('livekit.unavailable', 'LiveKit has no API key.');
  return { apiKey: livekitApiKey, apiSecret: livekitApiSecret };
}
