import type { ErrorCode, Problem, Retry } from '@latido/protocol';

/** Where and as whom to talk to the server. */
export interface ServerAddress {
  /** Origin in front of every path, e.g. `https://calls.example`; empty for the page's own. */
  readonly baseUrl?: string;
  /** Headers that say who asks; without them the page's cookie does. Asked before each request, so it may refresh. */
  readonly auth?: () => Record<string, string> | undefined | Promise<Record<string, string> | undefined>;
}

/**
 * An answer of the server that is no success. `problem` is its problem+json body, where it sent one. Branch on `code`, show
 * `message`, which is the server's own sentence, and send again as `retry` says. That nothing answered is a {@link NoAnswer}.
 */
export class LatidoError extends Error {
  /** HTTP status. */
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(problem?.detail ?? `HTTP ${status}`);
    this.name = 'LatidoError';
    this.status = status;
    this.problem = problem;
  }

  /** The code of Latido's table of errors; null when something else answered, e.g. a proxy. */
  get code(): ErrorCode | null {
    return this.problem?.code ?? null;
  }

  /** Whether the same request may be sent again: `never`, `after-fix` by whoever asked, or `later` as it is. */
  get retry(): Retry {
    return this.problem?.retry ?? (this.status >= 500 || this.status === 429 ? 'later' : 'never');
  }
}

/** Nothing answered: no network, no server, or a proxy that hung up. A TypeError, as `fetch` throws it. */
export class NoAnswer extends TypeError {
  constructor(cause: unknown) {
    super('The server does not answer', { cause });
    this.name = 'NoAnswer';
  }
}

/** One request. */
export interface SendOptions {
  readonly method: string;
  readonly path: string;
  /** Sent as JSON; a form as it is, for files. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Lets the request outlive the page. */
  readonly keepalive?: boolean;
  readonly signal?: AbortSignal;
}

/** Sends one request. Throws {@link LatidoError}, or {@link NoAnswer}. */
export async function request(
  { baseUrl = '', auth }: ServerAddress,
  { method, path, body, headers, keepalive, signal }: SendOptions,
): Promise<Response> {
  const who = await auth?.();
  const response = await fetch(baseUrl.replace(/\/+$/, '') + path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      ...headers,
      ...who,
    },
    credentials: who === undefined ? 'include' : 'omit',
    ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    ...(keepalive === undefined ? {} : { keepalive }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    // A request that was called off has its own error.
    throw error instanceof TypeError ? new NoAnswer(error) : error;
  });
  if (!response.ok) throw new LatidoError(response.status, await problemOf(response));
  return response;
}

async function problemOf(response: Response): Promise<Problem | null> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'code' in body ? (body as Problem) : null;
  } catch {
    return null;
  }
}
