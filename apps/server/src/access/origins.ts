import type { IncomingHttpHeaders } from 'node:http';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether the page that sent this is ours: its origin is on the list, or is the host that it talks to. */
export function isOurOrigin(headers: IncomingHttpHeaders, origins: readonly string[]): boolean {
  const origin = originOf(headers);
  if (origin === undefined) return !fromBrowser(headers);
  if (origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === headers.host;
}

/** Whether a foreign page may be behind a request that changes something by a cookie. */
export function isForged(
  request: { method: string; headers: IncomingHttpHeaders },
  origins: readonly string[],
): boolean {
  if (SAFE.has(request.method) || request.headers.cookie === undefined) return false;
  return !isOurOrigin(request.headers, origins);
}

function originOf({ origin, referer }: IncomingHttpHeaders): string | undefined {
  if (origin !== undefined) return origin;
  return referer !== undefined && URL.canParse(referer) ? new URL(referer).origin : undefined;
}

/**
 * Browsers name the origin of every request that is not safe, and say `sec-fetch-site`. A program with a cookie jar
 * says neither, and there is no foreign page that could have sent it. Node's `fetch` says `sec-fetch-mode` alone.
 */
function fromBrowser(headers: IncomingHttpHeaders): boolean {
  return headers['sec-fetch-site'] !== undefined;
}
