import type { PlanShown } from '@latido/protocol';
import { describe, expect, it } from 'vitest';
import { draftOf, EMPTY, readDraft, readDurations, readNumber, underPolicy } from './plan-draft.ts';

const gold: PlanShown = {
  id: 'gold',
  name: 'Gold',
  version: 3,
  isPreset: false,
  policy: '30-6',
  price: 5,
  priceDen: 3,
  initialPrice: 25,
  connectFee: 2,
  maxCharge: null,
  earnerShareBp: 7_250,
  initialMs: 30_000,
  incrementMs: 6_000,
  thresholdMs: 1,
  firstThresholdMs: 1,
  freeBelowMs: 0,
  bridgeGapMs: 1_500,
  tiers: [{ fromUnit: 10, price: 4 }],
  currency: 'COIN',
};

describe('the editor of a price plan', () => {
  it('[METER-80] a new plan has an id of its own: one that is taken is wrong at its field', () => {
    const draft = { ...EMPTY, id: 'gold', name: 'Another' };
    expect(readDraft(draft, ['gold', 'silver'])).toEqual({ plan: null, wrong: new Set(['taken', 'id']) });
    expect(readDraft(draft, ['silver']).plan).toMatchObject({ id: 'gold' });
    expect(readDraft(draft).plan).toMatchObject({ id: 'gold' });
  });

  it('[WEB-PLANS-1] what is written comes back as it was, fields untouched', () => {
    const {
      version: _version,
      isPreset: _isPreset,
      currency: _currency,
      maxCharge: _maxCharge,
      ...body
    } = gold;
    expect(readDraft(draftOf(gold)).plan).toEqual(body);
  });

  it('[WEB-PLANS-2] what is left empty is the policy’s to say', () => {
    const draft = underPolicy({ ...draftOf(gold), id: 'new' }, 'per-second');
    const { plan } = readDraft(draft);
    expect(plan).toMatchObject({ policy: 'per-second', price: 5 });
    expect(Object.keys(plan ?? {})).not.toContain('incrementMs');
    expect(readDraft({ ...EMPTY, id: 'a', name: 'A' }).plan).toMatchObject({
      price: 10,
      earnerShareBp: 7_000,
    });
  });

  it.each([
    ['id', { id: 'Gold!' }],
    ['name', { name: ' ' }],
    ['price', { price: '0' }],
    ['price', { price: '-1' }],
    ['price', { price: '0.5' }],
    ['price', { price: '9007199254740993' }],
    ['priceDen', { priceDen: '' }],
    ['earnerShareBp', { earnerShareBp: '100.5' }],
    ['incrementMs', { incrementMs: '0.5' }],
    ['thresholdMs', { thresholdMs: '6.001' }],
    ['firstThresholdMs', { firstThresholdMs: '31' }],
    ['tier a', { tiers: [{ key: 'a', fromUnit: '1', price: '4' }] }],
    [
      'tier b',
      {
        tiers: [
          { key: 'a', fromUnit: '5', price: '4' },
          { key: 'b', fromUnit: '5', price: '3' },
        ],
      },
    ],
  ])('[WEB-PLANS-3] what is wrong is named: %s of %o', (field, more) => {
    expect([...(readDraft({ ...draftOf(gold), ...more }).wrong ?? [])]).toEqual([field]);
  });

  it('[WEB-PLANS-4] reads a comma as a point, and no more places than there are', () => {
    expect(readNumber('1,5', { places: 3, min: 0, max: 9_999 })).toBe(1_500);
    expect(readNumber('1.2345', { places: 3, min: 0, max: 9_999 })).toBeNull();
    expect(readDurations('65 95; 125,5')).toEqual([65_000, 95_000, 125_500]);
    expect(readDurations('65 soon')).toBeNull();
    expect(readDurations(' ')).toBeNull();
  });
});
