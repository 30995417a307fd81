/** What was found: something to run, the LiveKit that LIVEKIT_URL names, or nothing and why (one clear paragraph). */
export type FoundLivekit =
  | { kind: 'given'; url: string }
  | { kind: 'binary'; path: string }
  | { kind: 'docker' }
  | { kind: 'none'; reason: string };

export interface EnsureOptions {
  /** Lines for a person: what is being made, and how long it has taken so far. Default console.log. */
  log?: (line: string) => void;
  /** Ends a build or a download that nobody waits for any more; `ensureLivekit` then rejects. */
  signal?: AbortSignal;
  /** Default process.env. */
  env?: Record<string, string | undefined>;
  /** Programs that were tried and do not serve. */
  except?: string[];
  /** `false`: only one that is here already; nothing is built or fetched. */
  make?: boolean;
}

/**
 * Finds a livekit-server or makes one: LIVEKIT_URL, PATH, the one made earlier, Go, official download, Docker.
 * Takes milliseconds when there is one, two minutes when it has to be built. Never rejects because a way fails.
 */
export function ensureLivekit(options?: EnsureOptions): Promise<FoundLivekit>;

export interface StartOptions {
  /** Path of a livekit-server. Exactly one of `binary` and `docker` is given. */
  binary?: string;
  /** Run LiveKit's image instead (Linux: it shares the host's network). */
  docker?: boolean;
  /** Wanted ports; default: those of the last run in `dir`, else 7880, 7882, 6789. Other ones when they are taken. */
  port?: number;
  udpPort?: number;
  metricsPort?: number;
  /** Media by TCP too, at exactly this port. LiveKit opens it on every address of the machine: none without it. */
  tcpPort?: number;
  /** The wanted ports or none: rejects when one of them is taken. */
  exactPorts?: boolean;
  apiKey: string;
  /** At least 32 characters. */
  apiSecret: string;
  /** Where its webhooks go; none without it. */
  webhookUrl?: string;
  /** Folder for livekit.yaml (mode 0600), livekit.pid and livekit.log; made when it is not there. */
  dir: string;
  log?: (line: string) => void;
  /** Ends a start that nobody waits for any more; it then rejects. */
  signal?: AbortSignal;
}

export interface LivekitPorts {
  /** TCP, signalling and API. */
  port: number;
  /** UDP, media. */
  udpPort: number;
  /** TCP, /metrics. */
  metricsPort: number;
}

export interface RunningLivekit {
  pid: number;
  ports: LivekitPorts;
  /** ws://127.0.0.1:port */
  wsUrl: string;
  /** http://127.0.0.1:port/metrics */
  metricsUrl: string;
  /** When LiveKit began, by its own metrics. */
  startedAt: Date;
  logPath: string;
  /** Resolves when it is gone, whoever ended it. */
  exited: Promise<{ code: number | null; signal: string | null }>;
  /** SIGTERM, and again, SIGKILL at last; resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a livekit-server on loopback, tied to our life (Linux: by the kernel; elsewhere what a killed run left is
 * ended at the next start in the same `dir`). Call it from the main thread only. Resolves when it answers; rejects
 * with its last words.
 */
export function startLivekit(options: StartOptions): Promise<RunningLivekit>;

/** The version of tools/livekit/go.mod, e.g. "v1.13.5". */
export function pinnedVersion(): string;
