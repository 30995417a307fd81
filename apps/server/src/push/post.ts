import http from 'node:http';
import https from 'node:https';
import type { Addresses } from './addresses.ts';

/** What a push service answered. */
export interface Answer {
  /** Null: it did not. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
}

/** Nobody waits longer for a push service. */
const ANSWER_WITHIN_MS = 10_000;

/** Posts to push services. */
export class Poster {
  readonly #addresses: Addresses;
  readonly #closing = new AbortController();

  constructor(addresses: Addresses) {
    this.#addresses = addresses;
  }

  /** Posts once, follows nothing. Never rejects: who cannot be reached gives no answer. */
  async post(
    endpoint: string,
    { headers, body }: { headers: Record<string, string | number>; body: Buffer },
  ): Promise<Answer> {
    try {
      // Anew each time: what was allowed when it was kept may not be now.
      const url = this.#addresses.check(endpoint);
      return await this.#ask(url, headers, body);
    } catch {
      return { status: null, retryAfterMs: null };
    }
  }

  /** Lets go of what is on its way: it is sent again after the start. */
  close(): void {
    this.#closing.abort();
  }

  #ask(url: URL, headers: Record<string, string | number>, body: Buffer): Promise<Answer> {
    const signal = AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), this.#closing.signal]);
    const { lookup } = this.#addresses;
    return new Promise((resolve, reject) => {
      const { request } = url.protocol === 'http:' ? http : https;
      const asked = request(url, { method: 'POST', headers, lookup, signal }, (answer) => {
        // What it says beyond the status is of no use, and may be endless.
        answer.destroy();
        resolve({
          status: answer.statusCode ?? null,
          retryAfterMs: msOf(answer.headers['retry-after']),
        });
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }
}

/** Seconds; a date is read as nothing: it would be measured by another's clock. */
function msOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : null;
}
