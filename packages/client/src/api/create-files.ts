import type { Problem } from '@latido/protocol';
import type { ApiOptions } from './create-api.ts';
import { LatidoError, NoAnswer, request, type ServerAddress } from './problem.ts';

/** How a file is sent. */
export interface UploadOptions {
  /** Bytes that are on their way, of all. */
  readonly onProgress?: (sent: number, all: number) => void;
  /** Calls it off; what is thrown then is an `AbortError`. */
  readonly signal?: AbortSignal;
}

/** Files over the network: sent with progress, and read. */
export type Files = ReturnType<typeof createFiles>;

/** Files of Latido's HTTP API. Throws {@link LatidoError} on a problem, {@link NoAnswer} when nothing answers. In browsers only. */
export function createFiles({ token, ...address }: ApiOptions = {}) {
  const from: ServerAddress =
    token === undefined ? address : { ...address, auth: () => ({ authorization: `Bearer ${token}` }) };
  return {
    /** Sends a file as the body, and gives the JSON answer. */
    upload: <T>(path: string, file: Blob, options: UploadOptions = {}) =>
      upload<T>(from, { path, file, ...options }),
    /** An address that the page may open by itself; null where the server wants headers, see `read`. */
    address: (path: string): string | null =>
      from.auth ? null : `${from.baseUrl?.replace(/\/+$/, '') ?? ''}${path}`,
    /** A file as a whole. */
    read: async (path: string): Promise<Blob> => await (await request(from, { method: 'GET', path })).blob(),
  };
}

/** `fetch` cannot tell how much was sent. */
async function upload<T>(
  { baseUrl = '', auth }: ServerAddress,
  { path, file, onProgress, signal }: UploadOptions & { path: string; file: Blob },
): Promise<T> {
  const who = await auth?.();
  signal?.throwIfAborted();
  return await new Promise<T>((resolve, reject) => {
    const asked = new XMLHttpRequest();
    const stop = (): void => asked.abort();
    asked.open('POST', baseUrl.replace(/\/+$/, '') + path);
    asked.withCredentials = who === undefined;
    asked.setRequestHeader('accept', 'application/json');
    asked.setRequestHeader('content-type', file.type || 'application/octet-stream');
    for (const [name, value] of Object.entries(who ?? {})) asked.setRequestHeader(name, value);
    asked.upload.onprogress = ({ loaded, total }) => onProgress?.(loaded, total);
    asked.onloadend = () => {
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted) reject(new DOMException('The file was called off', 'AbortError'));
      else if (asked.status === 0) reject(new NoAnswer(new Error('no answer')));
      else if (asked.status >= 300) reject(new LatidoError(asked.status, problemIn(asked.responseText)));
      else resolve(JSON.parse(asked.responseText) as T);
    };
    signal?.addEventListener('abort', stop);
    asked.send(file);
  });
}

function problemIn(text: string): Problem | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'code' in body ? (body as Problem) : null;
  } catch {
    return null;
  }
}
