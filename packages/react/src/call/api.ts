import type { Problem } from '@latido/protocol';

/** An answer of the server that is not a success. `problem` is its problem+json body, where it sent one. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(problem?.detail ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
  }
}

/** How the components talk to Latido's server. Bring your own to add headers or another origin. */
export interface Api {
  /** Sends one request and answers with the JSON body. Throws {@link ApiError}, or TypeError when nothing answers. */
  send<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
}

/** Where and as whom to talk to the server. */
export interface ApiOptions {
  /** Origin in front of every path; empty for the page's own. */
  readonly baseUrl?: string;
  /** Bearer token; without it the page's cookie is used. */
  readonly bearer?: string;
}

async function problemOf(response: Response): Promise<Problem | null> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'code' in body ? (body as Problem) : null;
  } catch {
    return null;
  }
}

/** The API over `fetch`. */
export function createApi(options: ApiOptions = {}): Api {
  const { baseUrl = '', bearer } = options;
  return {
    async send<T>(method: string, path: string, body?: unknown): Promise<T> {
      const headers: Record<string, string> = { accept: 'application/json' };
      if (body !== undefined) headers['content-type'] = 'application/json';
      if (bearer !== undefined) headers['authorization'] = `Bearer ${bearer}`;
      const response = await fetch(baseUrl + path, {
        method,
        headers,
        credentials: bearer === undefined ? 'include' : 'omit',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new ApiError(response.status, await problemOf(response));
      return (response.status === 204 ? undefined : await response.json()) as T;
    },
  };
}
