import { describe, expect, test } from 'vitest';
import { at, fold, joined, left, line, sdk } from './builders.testing.ts';
import type { Fact } from './fact.ts';

const lines = (facts: readonly Fact[]): string[] => fold(facts).map(line);

describe('whose a fact is, and what a left tells', () => {
  test('[PRES-R14] attributes name neither the person nor the call: the identity does', () => {
    const attributes = { 'latido.call': 'call_1', 'latido.person': 'person_a' };
    const payload = { participant: { state: 'ACTIVE', attributes } };
    expect(fold([joined(0, { payload })])).toMatchObject([{ personId: null, callId: null }]);
    expect(fold([joined(0, { payload, identity: 'person_b~7' })])).toMatchObject([{ personId: 'person_b' }]);
  });

  test.each([
    ['the browser first', [0, 1]],
    ['LiveKit first', [1, 0]],
  ])('[PRES-R15] a sid that LiveKit has in another room is not in the call: %s', (_, order) => {
    const facts = [sdk('connected', 1, { callId: 'call_1' }), joined(0, { roomName: 'own' })];
    expect(fold(order.flatMap((n) => facts[n] ?? []))).toMatchObject([{ roomName: 'own', callId: null }]);
    expect(fold([...facts.slice(0, 1), joined(0)])).toMatchObject([{ callId: 'call_1' }]);
  });

  test('[PRES-R16] a left that says when it joined is a stay from then on; one that says nonsense is as one that says nothing', () => {
    const saying = (participant: object) =>
      left(1_800, 'CLIENT_INITIATED', {
        payload: { participant: { ...participant, disconnectReason: 'CLIENT_INITIATED' } },
      });
    expect(lines([saying({ joinedAt: String(at(0) / 1000) })])).toEqual(['0–1800 page_left left']);
    const exact = saying({ joinedAt: String(at(0) / 1000), joinedAtMs: String(at(0.25)) });
    expect(lines([exact])).toEqual(['0.25–1800 page_left left']);
    expect(lines([exact, joined(0.25)])).toEqual(['0.25–1800 page_left left']);
    for (const joinedAt of ['0', String(at(1_801) / 1000), 'soon', null]) {
      expect(lines([saying({ joinedAt })])).toEqual(['1800–1800 aborted aborted']);
    }
  });
});
