import { expect, test } from 'vitest';
import { VirtualClock } from './clock.ts';
import { participantJoined } from './events.ts';
import { WebhookQueue } from './webhook-queue.ts';
import type { WebhookAnswer } from './webhook-queue.ts';

interface Attempt {
  /** Since the beginning of the test, ms. */
  at: number;
  id: string;
  body: string;
}

type Script = (attempt: Attempt) => WebhookAnswer | 'refused' | Promise<WebhookAnswer>;

/** A queue whose endpoint answers by script. */
function queueFor(script: Script, maxDepth?: number) {
  const clock = new VirtualClock();
  const startedAt = clock.now();
  const attempts: Attempt[] = [];
  const queue = new WebhookQueue({
    url: 'http://endpoint.test',
    apiKey: 'key',
    apiSecret: 'secret',
    clock,
    ...(maxDepth ? { maxDepth } : {}),
    post: async ({ body }) => {
      const attempt = { at: clock.now() - startedAt, id: (JSON.parse(body) as { id: string }).id, body };
      attempts.push(attempt);
      const answer = script(attempt);
      if (answer === 'refused') throw new Error('ECONNREFUSED');
      return answer;
    },
  });
  const push = (id: string, room = 'demo') =>
    queue.push(participantJoined({ room, participant: 'alice', id, at: clock.now() }));
  const times = (id: string) => attempts.filter((one) => one.id === id).map((one) => one.at);
  return { clock, queue, push, attempts, times };
}

const LIVEKIT_ATTEMPTS = [0, 1_000, 3_000, 7_000, 15_000];

test('[FAKE-3] five attempts at 0, 1, 3, 7 and 15 s with the same id and body, then the event is lost', async () => {
  const { clock, queue, push, attempts, times } = queueFor(() => ({ status: 503 }));
  push('EV_1');
  await clock.advance(120_000);
  expect(times('EV_1')).toEqual(LIVEKIT_ATTEMPTS);
  expect(new Set(attempts.map((one) => one.body)).size).toBe(1);
  expect(queue.counters).toEqual({ success: 0, failure: 1, drop: 0 });
  expect(queue.length).toBe(0);
});

test.each([500, 502, 503, 504, 429, 'refused'] as const)('[FAKE-4] %s is tried again', async (status) => {
  const { clock, queue, push, times } = queueFor(({ at }) =>
    at >= 3_000 ? { status: 200 } : status === 'refused' ? status : { status },
  );
  push('EV_1');
  await clock.advance(60_000);
  expect(times('EV_1')).toEqual([0, 1_000, 3_000]);
  expect(queue.counters).toEqual({ success: 1, failure: 0, drop: 0 });
});

test.each([
  [200, 'success'],
  [204, 'success'],
  [400, 'success'],
  [401, 'success'],
  [404, 'success'],
  [413, 'success'],
  [501, 'success'],
  [302, 'failure'],
] as const)('[FAKE-5] %s is final and counts as %s', async (status, fate) => {
  const { clock, queue, push, times } = queueFor(() => ({ status }));
  push('EV_1');
  await clock.advance(60_000);
  expect(times('EV_1')).toEqual([0]);
  expect(queue.counters).toEqual({ success: 0, failure: 0, drop: 0, [fate]: 1 });
});

test.each([
  [503, [0, 20_000, 40_000, 60_000, 80_000]],
  [429, [0, 20_000, 40_000, 60_000, 80_000]],
  [500, LIVEKIT_ATTEMPTS],
])('[FAKE-6] Retry-After: 20 with %s gives attempts at %j', async (status, expected) => {
  const { clock, push, times } = queueFor(() => ({ status, retryAfter: '20' }));
  push('EV_1');
  await clock.advance(200_000);
  expect(times('EV_1')).toEqual(expected);
});

test('[FAKE-7] one room is first in first out, and a troubled room holds up no other', async () => {
  const { clock, push, attempts } = queueFor(({ id, at }) => ({
    status: id === 'EV_1' && at < 3_000 ? 503 : 200,
  }));
  push('EV_1');
  push('EV_2');
  push('EV_3', 'elsewhere');
  await clock.advance(10_000);
  expect(attempts.map((one) => `${one.id} ${one.at}`)).toEqual([
    'EV_1 0',
    'EV_3 0',
    'EV_1 1000',
    'EV_1 3000',
    'EV_2 3000',
  ]);
});

test('[FAKE-7] an endpoint that takes 3 s makes its room serial', async () => {
  const { clock, push, attempts } = queueFor(
    () => new Promise((resolve) => clock.setTimeout(() => resolve({ status: 200 }), 3_000)),
  );
  for (const id of ['EV_1', 'EV_2', 'EV_3']) push(id);
  await clock.advance(60_000);
  expect(attempts.map((one) => one.at)).toEqual([0, 3_000, 6_000]);
});

test('[FAKE-8] who waited longer than 30 s is dropped', async () => {
  const { clock, queue, push, times } = queueFor(({ id }) => ({ status: id === 'EV_3' ? 200 : 500 }));
  for (const id of ['EV_1', 'EV_2', 'EV_3', 'EV_4']) push(id);
  await clock.advance(120_000);
  expect(times('EV_2').at(0)).toBe(15_000);
  expect(times('EV_3')).toEqual([30_000]);
  expect(queue.counters).toEqual({ success: 1, failure: 3, drop: 0 });

  const late = queueFor(({ id }) => ({ status: id === 'EV_3' ? 200 : 503, retryAfter: '8' }));
  for (const id of ['EV_1', 'EV_2', 'EV_3']) late.push(id);
  await late.clock.advance(120_000);
  expect(late.times('EV_2')).toEqual([]);
  expect(late.times('EV_3')).toEqual([]);
  expect(late.queue.counters).toEqual({ success: 0, failure: 1, drop: 2 });
});

test('[FAKE-8] a full queue of a room drops what comes', async () => {
  const { clock, queue, push } = queueFor(() => ({ status: 200 }), 2);
  for (const id of ['EV_1', 'EV_2', 'EV_3']) push(id);
  await clock.advance(1_000);
  expect(queue.counters).toEqual({ success: 2, failure: 0, drop: 1 });
});

test.each([
  { outageMs: 20_000, everyMs: 60_000, sent: 1, lost: 1 },
  { outageMs: 60_500, everyMs: 10_000, sent: 6, lost: 4 },
  { outageMs: 10_000, everyMs: 60_000, sent: 1, lost: 0 },
])('[FAKE-9] an outage of $outageMs ms loses $lost of $sent events, as measured', async (outage) => {
  const { clock, queue, push } = queueFor(({ at }) => (at < outage.outageMs ? 'refused' : { status: 200 }));
  for (let sent = 0; sent < outage.sent; sent++) {
    push(`EV_${sent}`);
    await clock.advance(outage.everyMs);
  }
  await clock.advance(120_000);
  expect(queue.counters).toEqual({ success: outage.sent - outage.lost, failure: outage.lost, drop: 0 });
});

test('[FAKE-21] a crashed queue sends nothing more', async () => {
  const { clock, queue, push, times } = queueFor(() => ({ status: 503 }));
  push('EV_1');
  await clock.advance(2_000);
  queue.crash();
  push('EV_2');
  await clock.advance(60_000);
  expect(times('EV_1')).toEqual([0, 1_000]);
  expect(times('EV_2')).toEqual([]);
});
