import { join } from 'node:path';
import type { EnsureOptions, FoundLivekit } from '@latido/tools/livekit';
import { keepLivekit } from './keep-livekit.ts';
import { AppError, messageOf, systemClock, type Config, type Log } from '../platform/index.ts';

/** The media server that we started. */
export interface MediaServer {
  wsUrl: string;
  metricsUrl?: string;
  /** In one line, for the terminal. */
  words: string;
  stop(): Promise<void>;
}

export interface MediaServerOptions {
  config: Pick<Config, 'development' | 'dataDir' | 'livekitApiKey' | 'livekitApiSecret'>;
  /** Where its webhooks go. */
  webhookUrl: string;
  log: Log;
  /** A line for the person at the terminal. */
  say: (line: string) => void;
  /** Ends a build, a download or a start that nobody waits for any more. */
  signal: AbortSignal;
  /** Finds a livekit-server or makes one. Default: what tools/livekit knows. */
  find?: (options: EnsureOptions) => Promise<FoundLivekit>;
}

type Program = Extract<FoundLivekit, { kind: 'binary' | 'docker' }>;

/**
 * Starts a LiveKit beside us, tied to our life, and starts it again when it dies. Where none can be had, the test kit's
 * fake stands in, so that all but media can be tried; never in production.
 *
 * @throws AppError `livekit.unavailable` in production, when there is none
 */
export async function startMediaServer(options: MediaServerOptions): Promise<MediaServer> {
  const { say, signal } = options;
  const find = options.find ?? (await import('@latido/tools/livekit')).ensureLivekit;
  const except: string[] = [];
  for (;;) {
    const found = await find({ log: say, signal, except });
    if (found.kind === 'given') return { wsUrl: found.url, words: found.url, stop: async () => {} };
    if (found.kind === 'none') return await standIn(options, found.reason);
    try {
      return await startReal(options, found);
    } catch (error) {
      signal.throwIfAborted();
      const reason = `${found.kind === 'binary' ? found.path : "LiveKit's image"} does not serve: ${messageOf(error)}`;
      // An old one on the PATH must not stand in the way of the one that we know.
      if (found.kind === 'docker' || except.includes(found.path)) return await standIn(options, reason);
      say(reason);
      except.push(found.path);
    }
  }
}

async function startReal(
  { config, webhookUrl, log, say, signal }: MediaServerOptions,
  program: Program,
): Promise<MediaServer> {
  const { startLivekit } = await import('@latido/tools/livekit');
  const how = {
    ...(program.kind === 'binary' ? { binary: program.path } : { docker: true }),
    ...keysOf(config),
    webhookUrl,
    dir: join(config.dataDir, 'livekit'),
    log: say,
  };
  const first = await startLivekit({ ...how, signal });
  const { ports, wsUrl, metricsUrl, pid } = first;
  return {
    wsUrl,
    metricsUrl,
    words: `${wsUrl} (LiveKit, pid ${pid})`,
    // On the same ports: browsers in a call return to where they were.
    stop: keepLivekit({
      first,
      startAgain: (stop) => startLivekit({ ...how, ...ports, exactPorts: true, signal: stop }),
      clock: systemClock,
      log,
    }),
  };
}

async function standIn(options: MediaServerOptions, reason: string): Promise<MediaServer> {
  const { config, webhookUrl, say } = options;
  if (!config.development) throw new AppError('livekit.unavailable', reason);
  say(`${reason}\nA stand-in without media runs instead: everything but sound and picture can be tried.`);
  const { startFakeLivekit } = await import('@latido/testkit');
  const fake = await startFakeLivekit({ ...keysOf(config), webhookUrls: [webhookUrl], autoCreate: true });
  return { wsUrl: fake.wsUrl, words: `${fake.wsUrl} (a stand-in without media)`, stop: () => fake.stop() };
}

function keysOf({ livekitApiKey, livekitApiSecret }: MediaServerOptions['config']): {
  apiKey: string;
  apiSecret: string;
} {
  if (!livekitApiKey || !livekitApiSecret)
    throw new AppError('livekit.unavailable', 'LiveKit has no API key.');
  return { apiKey: livekitApiKey, apiSecret: livekitApiSecret };
}
