import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MediaServer } from './livekit.ts';
import { Hopeless, until } from './until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The password of every demo person in a story. */
export const PASSWORD = 'a-password-of-the-stories';

/** The setting that says where a folder lies as a server's first start has left it (first-start.ts). */
export const FIRST_START = 'STORY_FIRST_START';

/** A machine that other tests fill makes a database for minutes. */
const READY_WITHIN_MS = 150_000;

/** Latido's server as `npm start` runs it, in a process of its own. */
export interface LatidoServer {
  readonly url: string;
  readonly pid: number;
  /** SIGKILL: what was not on the disk is gone. */
  kill(): Promise<void>;
  /** Ends it; its folder stays. */
  rest(): Promise<void>;
  readonly dataDir: string;
  /** Starts it again on the same folder and port. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Its last lines, for a failed story. */
  log(): string;
}

export interface ServerOptions {
  readonly port: number;
  readonly media: () => Pick<MediaServer, 'wsUrl' | 'metricsUrl' | 'apiKey' | 'apiSecret'>;
  /** A Postgres to use instead of the embedded database. */
  readonly databaseUrl?: string;
  /** More settings. */
  readonly env?: Record<string, string>;
}

/** Starts a server on a data folder of its own; resolves when it says that it is ready. */
export async function startLatido(options: ServerOptions): Promise<LatidoServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latido-story-'));
  const first = process.env[FIRST_START];
  // Whatever the first start writes down is of its day: a server on another day makes its own.
  if (first && !options.databaseUrl && !options.env?.['NODE_OPTIONS'])
    await cp(first, dataDir, { recursive: true });
  const url = `http://127.0.0.1:${options.port}`;
  const lines: string[] = [];
  let child: ChildProcess | null = null;

  const begin = async () => {
    child = spawn(process.execPath, ['--conditions=source', 'apps/server/src/start/main.ts'], {
      cwd: ROOT,
      env: serverEnv(options, dataDir),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        lines.push(chunk.toString());
        if (lines.length > 400) lines.shift();
      });
    }
    const started = child;
    await until(
      'the server to be ready',
      async () => {
        if (started.exitCode !== null)
          throw new Hopeless(`the server ended with ${started.exitCode}: ${lines.join('')}`);
        const answer = await fetch(`${url}/readyz`);
        if (answer.status !== 200)
          throw new Error(`it says ${await answer.text()}; ${lines.slice(-3).join('')}`);
        return true;
      },
      READY_WITHIN_MS,
    );
  };
  const end = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };

  await begin();
  return {
    url,
    get pid() {
      return child?.pid ?? 0;
    },
    dataDir,
    kill: () => end('SIGKILL'),
    rest: () => end('SIGTERM'),
    start: begin,
    async stop() {
      await end('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
    log: () => lines.join('').slice(-8_000),
  };
}

function serverEnv(options: ServerOptions, dataDir: string): NodeJS.ProcessEnv {
  const media = options.media();
  const kept = Object.entries(process.env).filter(
    ([key]) => !/^(LATIDO_|LIVEKIT_|DATABASE_URL|REDIS_URL|PORT$)/.test(key),
  );
  return {
    ...Object.fromEntries(kept),
    PORT: String(options.port),
    LATIDO_DATA_DIR: dataDir,
    LATIDO_DEMO_PASSWORD: PASSWORD,
    LIVEKIT_URL: media.wsUrl,
    LIVEKIT_API_KEY: media.apiKey,
    LIVEKIT_API_SECRET: media.apiSecret,
    LIVEKIT_METRICS_URL: media.metricsUrl,
    ...(options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : {}),
    ...options.env,
  };
}
