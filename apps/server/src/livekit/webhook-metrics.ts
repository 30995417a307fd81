import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Clock } from '../platform/index.ts';
import type { WebhookCounters } from './webhook-counters.ts';

/** Shows the counters of the webhook route on a Prometheus page. */
export function registerWebhookMetrics(registry: Registry, counters: WebhookCounters, clock: Clock): void {
  const registers = [registry];
  new Counter({
    name: 'latido_webhooks_received_total',
    help: 'Webhooks with a good signature, by event.',
    labelNames: ['event'],
    registers,
    collect() {
      this.reset();
      for (const each of counters.health(clock.now()).received) this.inc({ event: each.event }, each.total);
    },
  });
  new Counter({
    name: 'latido_webhooks_bad_signature_total',
    help: 'Webhooks that were refused: each one is a lost event.',
    labelNames: ['fault'],
    registers,
    collect() {
      this.reset();
      const { byFault } = counters.health(clock.now()).badSignatures;
      for (const [fault, count] of Object.entries(byFault)) this.inc({ fault }, count);
    },
  });
  new Counter({
    name: 'latido_webhooks_lost_total',
    help: 'Webhooks that were answered neither 200 nor 5xx: LiveKit takes them for delivered. By our status.',
    labelNames: ['status'],
    registers,
    collect() {
      this.reset();
      const { byStatus } = counters.health(clock.now()).lost;
      for (const [status, count] of Object.entries(byStatus)) this.inc({ status }, count);
    },
  });
  const single = {
    duplicates: 'came more than once',
    unreadable: 'could not be read',
    notStored: 'could not be stored',
  };
  for (const [name, help] of Object.entries(single) as [keyof typeof single, string][]) {
    new Counter({
      name: `latido_webhooks_${name === 'notStored' ? 'not_stored' : name}_total`,
      help: `Webhooks that ${help}.`,
      registers,
      collect() {
        this.reset();
        this.inc(counters[name]);
      },
    });
  }
  new Gauge({
    name: 'latido_webhook_commit_mean_ms',
    help: 'Mean time of a commit of webhooks, in milliseconds.',
    registers,
    collect() {
      this.set(counters.health(clock.now()).commit.meanMs);
    },
  });
}
