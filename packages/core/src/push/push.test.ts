import { describe, expect, test } from 'vitest';
import { afterAnswer, nextPush, pushKind, type PendingNotice } from './index.ts';

const told = (seq: number, of: Partial<PendingNotice> = {}): PendingNotice => ({
  seq: BigInt(seq),
  type: 'payment.received',
  payload: {},
  createdAt: 0,
  deliveredAt: null,
  afterMs: null,
  isSettled: false,
  ...of,
});
const next = (pending: readonly PendingNotice[], now: number, afterMs = 10_000) =>
  nextPush({ pending, doneSeq: 0n, head: BigInt(pending.length), now, afterMs });

describe('what goes to a device next', () => {
  test('[PUSH-1] the first that is due, and those behind it in their order', () => {
    expect(next([told(1), told(2)], 5_000)).toMatchObject({ kind: 'one', doneSeq: 0n, upTo: 1n });
    expect(next([told(1, { isSettled: true }), told(2)], 5_000)).toMatchObject({ doneSeq: 1n, upTo: 2n });
  });

  test.each([
    ['nobody handed it out', null, 999, 'wait', 1_000],
    ['nobody handed it out', null, 1_000, 'one', 1_000],
    ['handed out, not acknowledged', 5, 9_999, 'wait', 10_000],
    ['handed out, not acknowledged', 5, 10_000, 'one', 10_000],
  ])('[PUSH-2] %s (%s) at %d ms: %s', (_words, deliveredAt, now, kind, until) => {
    const step = next([told(1, { deliveredAt })], now);
    expect(step.kind).toBe(kind);
    if (step.kind === 'wait') expect(step.until).toBe(until);
  });

  test.each([
    ['handed out', 5, 60_000, 59_999, 'wait', 60_000],
    ['handed out', 5, 60_000, 60_000, 'one', 60_000],
    ['handed out, and wanted at once', 5, 0, 0, 'one', 0],
    ['handed out, and wanted sooner', 5, 2_000, 2_000, 'one', 0],
    ['nobody handed it out', null, 60_000, 1_000, 'one', 0],
    ['nobody handed it out, and wanted at once', null, 0, 0, 'one', 0],
  ])(
    '[PUSH-12] %s (%s), its sender waits %d ms, at %d ms: %s',
    (_words, deliveredAt, afterMs, now, kind, until) => {
      const step = next([told(1, { deliveredAt, afterMs })], now);
      expect(step.kind).toBe(kind);
      if (step.kind === 'wait') expect(step.until).toBe(until);
    },
  );

  test('[PUSH-12] what its sender has wait long holds nobody up: it goes before the next one that is due', () => {
    const patient = told(1, { deliveredAt: 5, afterMs: 3_600_000 });
    const alsoPatient = told(2, { deliveredAt: 5, afterMs: 7_200_000 });
    const later = told(3, { deliveredAt: 5, createdAt: 20_000 });
    expect(next([patient, alsoPatient, later], 29_999)).toMatchObject({ kind: 'wait', until: 30_000 });
    expect(next([patient, alsoPatient, later], 30_000)).toMatchObject({ kind: 'one', upTo: 1n });
    const settled = { ...later, isSettled: true };
    expect(next([patient, alsoPatient, settled], 30_000)).toMatchObject({ kind: 'wait', until: 3_600_000 });
  });

  test('[PUSH-12] a day later it is of use for as long as any other', () => {
    const patient = told(1, { deliveredAt: 5, afterMs: 86_400_000 });
    expect(next([patient], 86_399_999)).toMatchObject({ kind: 'wait', until: 86_400_000 });
    expect(next([patient], 86_400_000).kind).toBe('one');
    expect(next([patient], 172_800_000).kind).toBe('rest');
  });

  test('[PUSH-2] what is settled goes to nobody, and neither holds the next one up', () => {
    const step = next([told(1, { isSettled: true }), told(2, { isSettled: true })], 0);
    expect(step).toEqual({ kind: 'rest', doneSeq: 2n });
    expect(next([], 0)).toEqual({ kind: 'rest', doneSeq: 0n });
  });

  test('[PUSH-3] what is of no use any more goes to nobody', () => {
    const rings = told(1, { type: 'call.invited', payload: { callId: 'call_1' } });
    expect(next([rings], 44_999).kind).toBe('one');
    expect(next([rings], 45_000)).toEqual({ kind: 'rest', doneSeq: 1n });
    expect(next([told(1)], 86_399_999).kind).toBe('one');
    expect(next([told(1)], 86_400_000).kind).toBe('rest');
    expect(pushKind('call.invited', {})).toMatchObject({ ttlS: 45, urgency: 'high' });
    expect(pushKind('call.partner_left', {})).toMatchObject({ ttlS: 30, urgency: 'high' });
    expect(pushKind('notification', {})).toMatchObject({ ttlS: 86_400, urgency: 'normal', topic: null });
  });

  test('[PUSH-4] eleven at once are one that says how many, ten are ten', () => {
    const ten = Array.from({ length: 10 }, (_none, at) => told(at + 1));
    expect(next(ten, 5_000).kind).toBe('one');
    const many = [...ten, told(11, { isSettled: true }), told(12)];
    expect(next(many, 5_000)).toEqual({ kind: 'many', doneSeq: 0n, upTo: 12n, count: 11 });
  });

  test('[PUSH-4] what is not due yet is not counted, and waits for itself', () => {
    const step = next([told(1), told(2, { createdAt: 4_500 })], 5_000);
    expect(step).toMatchObject({ kind: 'one', upTo: 1n });
  });

  test('[PUSH-5] a call and a credit have one place; payments and what a team sends stand by themselves', () => {
    const topic = (type: string, payload: object) => pushKind(type, payload as Record<string, unknown>).topic;
    expect(topic('call.invited', { callId: 'call_1' })).toBe('call_1');
    expect(topic('call.missed', { callId: 'call_1' })).toBe('call_1');
    expect(topic('credit.requires.attention', { creditId: 'credit_1' })).toBe('credit_1');
    expect(topic('payment.received', { creditId: 'credit_1' })).toBeNull();
    expect(topic('notification', { callId: 'call_1' })).toBeNull();
    const odd = { Object: 'x', undefined: 'x', '[object Object]': 'x' };
    for (const type of ['constructor', 'toString', '__proto__'])
      expect(pushKind(type, odd)).toEqual({ ttlS: 86_400, urgency: 'normal', topic: null });
  });
});

describe('what follows from an answer', () => {
  test.each([
    [200, 'sent'],
    [201, 'sent'],
    [404, 'gone'],
    [410, 'gone'],
    [301, 'refused'],
    [400, 'refused'],
    [403, 'refused'],
    [413, 'refused'],
    [408, 'again'],
    [429, 'again'],
    [500, 'again'],
    [503, 'again'],
    [null, 'again'],
  ])('[PUSH-6] %s: %s', (status, kind) => {
    expect(afterAnswer({ status, tries: 1 }).kind).toBe(kind);
  });

  test('[PUSH-6] pauses double up to a quarter of an hour, and are as long as the push service asks', () => {
    const pause = (tries: number, retryAfterMs: number | null = null) =>
      afterAnswer({ status: 429, tries, retryAfterMs });
    expect(pause(1)).toEqual({ kind: 'again', afterMs: 5_000 });
    expect(pause(3)).toEqual({ kind: 'again', afterMs: 20_000 });
    expect(pause(40)).toEqual({ kind: 'again', afterMs: 900_000 });
    expect(pause(1, 60_000)).toEqual({ kind: 'again', afterMs: 60_000 });
    expect(pause(1, 90_000_000)).toEqual({ kind: 'again', afterMs: 900_000 });
  });
});
