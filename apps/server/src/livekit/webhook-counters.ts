import type { SignatureFault } from './verify-webhook.ts';

/** Webhooks as we saw them. The expected side never comes from here: LiveKit's own counters stand beside. */
export interface WebhookHealth {
  readonly received: readonly { readonly event: string; readonly lastHour: number; readonly total: number }[];
  readonly lastReceivedAt: string | null;
  readonly badSignatures: { readonly total: number; readonly byFault: Readonly<Record<string, number>> };
  readonly refusedAddresses: number;
  /** Answered so that LiveKit takes it for delivered and never sends it again, by our status. */
  readonly lost: { readonly total: number; readonly byStatus: Readonly<Record<string, number>> };
  readonly duplicates: number;
  readonly unreadable: number;
  readonly notStored: number;
  /** Milliseconds. */
  readonly commit: {
    readonly batches: number;
    readonly rows: number;
    readonly meanMs: number;
    readonly maxMs: number;
  };
}

const MINUTE_MS = 60_000;
const MINUTES = 60;
/** Event names come from outside: beyond so many different ones they are counted together. */
const NAMES_MAX = 64;

class EventCount {
  total = 0;
  readonly #minutes = new Map<number, number>();

  add(now: number): void {
    this.total += 1;
    const minute = Math.floor(now / MINUTE_MS);
    this.#minutes.set(minute, (this.#minutes.get(minute) ?? 0) + 1);
    for (const old of this.#minutes.keys()) if (old <= minute - MINUTES) this.#minutes.delete(old);
  }

  lastHour(now: number): number {
    const since = Math.floor(now / MINUTE_MS) - MINUTES;
    return [...this.#minutes].reduce((sum, [minute, count]) => (minute > since ? sum + count : sum), 0);
  }
}

/** Counts what the webhook route sees. In memory: a restart begins anew. */
export class WebhookCounters {
  readonly #events = new Map<string, EventCount>();
  readonly #faults = new Map<SignatureFault, number>();
  readonly #lost = new Map<number, number>();
  readonly #commit = { batches: 0, rows: 0, sumMs: 0, maxMs: 0 };
  #lastReceivedAt: number | null = null;
  refusedAddresses = 0;
  duplicates = 0;
  unreadable = 0;
  notStored = 0;

  received(event: string, now: number): void {
    this.#lastReceivedAt = now;
    const name = this.#events.has(event) || this.#events.size < NAMES_MAX ? event.slice(0, 64) : 'others';
    let count = this.#events.get(name);
    if (!count) this.#events.set(name, (count = new EventCount()));
    count.add(now);
  }

  badSignature(fault: SignatureFault): void {
    this.#faults.set(fault, (this.#faults.get(fault) ?? 0) + 1);
  }

  lost(status: number): void {
    this.#lost.set(status, (this.#lost.get(status) ?? 0) + 1);
  }

  committed(rows: number, tookMs: number): void {
    this.#commit.batches += 1;
    this.#commit.rows += rows;
    this.#commit.sumMs += tookMs;
    this.#commit.maxMs = Math.max(this.#commit.maxMs, tookMs);
  }

  health(now: number): WebhookHealth {
    const { batches, rows, sumMs, maxMs } = this.#commit;
    const byFault = Object.fromEntries(this.#faults);
    const byStatus = Object.fromEntries(this.#lost);
    return {
      received: [...this.#events]
        .map(([event, count]) => ({ event, lastHour: count.lastHour(now), total: count.total }))
        .toSorted((a, b) => b.total - a.total || (a.event < b.event ? -1 : 1)),
      lastReceivedAt: this.#lastReceivedAt === null ? null : new Date(this.#lastReceivedAt).toISOString(),
      badSignatures: { total: Object.values(byFault).reduce((sum, each) => sum + each, 0), byFault },
      refusedAddresses: this.refusedAddresses,
      lost: { total: Object.values(byStatus).reduce((sum, each) => sum + each, 0), byStatus },
      duplicates: this.duplicates,
      unreadable: this.unreadable,
      notStored: this.notStored,
      commit: { batches, rows, meanMs: batches === 0 ? 0 : sumMs / batches, maxMs },
    };
  }
}
