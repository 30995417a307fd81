import type { MeterState } from '@latido/protocol';
import { describe, expect, it } from 'vitest';
import { esLabels } from '../labels-es.ts';
import { enLabels } from '../labels-en.ts';
import { lastCoins } from './last-coins.ts';

const NOW_AT = Date.parse('2026-01-05T10:00:00.000Z');
const at = (ms: number) => new Date(NOW_AT + ms).toISOString();
const call = (meter: Partial<MeterState>, kind = 'paid') => ({
  kind,
  meter: {
    plan: { price: 10, priceDen: 1, incrementMs: 60_000 },
    running: true,
    finalAt: at(60_000),
    cutAt: null,
    available: 0,
    ...meter,
  } as MeterState,
});

describe('the last coins', () => {
  it('[REACT-COINS-1] the payer is told how long the balance lasts, from two minutes on', () => {
    expect(lastCoins(call({}), NOW_AT)).toMatchObject({ out: false, leftMs: 60_000 });
    expect(lastCoins(call({ finalAt: at(120_001) }), NOW_AT)).toBeNull();
  });

  it('[REACT-COINS-2] once it is used up the meter stands, and the seconds until the cut count', () => {
    const used = call({ running: false, finalAt: at(-3_000), cutAt: at(5_000) });
    expect(lastCoins(used, NOW_AT)).toMatchObject({ out: true, leftMs: 5_000, allowedMs: 8_000 });
  });

  it('[REACT-COINS-2] the foreseen end may pass before the server has said so: nothing ends by the page’s clock', () => {
    expect(lastCoins(call({ finalAt: at(-400) }), NOW_AT)).toMatchObject({ out: false, leftMs: 0 });
  });

  it('[REACT-COINS-3] nothing counts down while the meter rests for a partner who is away', () => {
    expect(lastCoins(call({ running: false }), NOW_AT)).toBeNull();
  });

  it('[REACT-COINS-3] nor while the server’s word is not to be had, be the coins used up or not', () => {
    expect(lastCoins(call({}), NOW_AT, true)).toBeNull();
    expect(
      lastCoins(call({ running: false, finalAt: at(-3_000), cutAt: at(5_000) }), NOW_AT, true),
    ).toBeNull();
  });

  it('[REACT-COINS-5] coins that do not reach for the next minute are named, not called used up', () => {
    const last = lastCoins(call({ running: false, available: 5, finalAt: at(-1), cutAt: at(8_000) }), NOW_AT);
    expect(last).toMatchObject({ left: 5, price: 10, perMinute: true });
    const told = { seconds: 8, left: 5, price: 10, perMinute: true, inGroup: false };
    expect(enLabels.outOfBalance(told)).toBe('5 coins left; the next minute costs 10. The call ends in 8 s.');
    expect(esLabels.outOfBalance(told)).toBe(
      'Quedan 5 monedas; el próximo minuto cuesta 10. La llamada termina en 8 s.',
    );
  });

  it('[REACT-COINS-5] the next minute costs what it costs by the tiers of the plan', () => {
    const used = { running: false, available: 12, finalAt: at(-1), cutAt: at(8_000) };
    expect(lastCoins(call({ ...used, nextCoins: 15 }), NOW_AT)).toMatchObject({ left: 12, price: 15 });
  });

  it('[REACT-COINS-6] where others pay for themselves, it is the reader who leaves', () => {
    const used = { running: false, available: 0, finalAt: at(-1), cutAt: at(8_000) };
    const last = lastCoins(call(used, 'mentoring'), NOW_AT);
    expect(last).toMatchObject({ inGroup: true });
    if (!last) return;
    expect(enLabels.outOfBalance({ ...last, seconds: 8 })).toMatch(/ You leave in 8 s\.$/);
    expect(esLabels.outOfBalance({ ...last, seconds: 8 })).toMatch(/ Sales en 8 s\.$/);
  });

  it('[METER-44] of parts of a coin the next minute takes what they add up to at most', () => {
    const plan = { price: 5, priceDen: 3, incrementMs: 60_000 } as MeterState['plan'];
    expect(lastCoins(call({ plan, available: 1 }), NOW_AT)).toMatchObject({ left: 1, price: 2 });
  });

  it('[REACT-COINS-4] who earns is told nothing of the other’s coins, nor is a call without a meter', () => {
    expect(lastCoins(call({ available: null }), NOW_AT)).toBeNull();
    expect(lastCoins({ meter: null }, NOW_AT)).toBeNull();
  });
});
