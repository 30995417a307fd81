export interface TestServer {
  url: string;
  /** Where it comes from, in words. */
  from: string;
  /** Absent when it is not ours. */
  pid?: number;
  /** Ends it and removes its files; does nothing when it is not ours. */
  stop(): Promise<void>;
}

export type TestPostgres = TestServer;
export type TestRedis = TestServer;

/**
 * LATIDO_TEST_DATABASE_URL, the machine's Postgres, npm's; null when there is none. Main thread only.
 * `LATIDO_TEST_POSTGRES=npm` leaves the machine's out. `durable: false` turns fsync off (tests, never a bench).
 */
export function ensurePostgres(options?: {
  durable?: boolean;
  env?: Record<string, string | undefined>;
  log?: (line: string) => void;
}): Promise<TestPostgres | null>;

/** LATIDO_TEST_REDIS_URL, the machine's redis-server; null when there is none. Main thread only. */
export function ensureRedis(options?: {
  env?: Record<string, string | undefined>;
}): Promise<TestRedis | null>;

/** CHROMIUM_PATH, the machine's, npm's, Playwright's; null when there is none. */
export function findChromium(options?: {
  env?: Record<string, string | undefined>;
}): Promise<{ path: string; from: string } | null>;

/** A port on 127.0.0.1 that is free now and below 32768. */
export function freePort(options?: {
  preferred?: number;
  kind?: 'tcp' | 'udp';
  except?: number[];
}): Promise<number>;

/** So many different ones. */
export function freePorts(count: number): Promise<number[]>;
