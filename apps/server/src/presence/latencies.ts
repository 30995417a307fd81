import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

const BUCKETS_S = [0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4, 6, 10, 20, 30];

/** How long it took from somebody's last proof of life until we knew, by what told us. */
export class Latencies {
  readonly #histogram = new Histogram({
    name: 'latido_detection_seconds',
    help: 'From the last proof of life of somebody to the verdict that they are out of reach.',
    labelNames: ['reason'],
    buckets: BUCKETS_S,
    registers: [],
  });
  #last: { reason: string; latencyMs: number }[] = [];

  observe(reason: string, latencyMs: number): void {
    this.#histogram.observe({ reason }, latencyMs / 1000);
    this.#last = [...this.#last, { reason, latencyMs }].slice(-LAST_MAX);
  }

  /** The last ones, newest last. */
  last(): readonly { reason: string; latencyMs: number }[] {
    return this.#last;
  }

  /** Shows the histogram on a Prometheus page. */
  register(registry: Registry): void {
    registry.registerMetric(this.#histogram);
  }
}

const LAST_MAX = 50;
