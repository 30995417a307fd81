import { describe, expect, it, vi } from 'vitest';
import { failureOf } from './asked.ts';

const known = { data: 0, error: null, refetch: vi.fn() };
const pending = { data: undefined, error: null, refetch: vi.fn() };
const old = { data: 7, error: new Error('later'), refetch: vi.fn() };

describe('what a desk has asked for', () => {
  it('[METER-65] what is on its way, or known from before, is no failure', () => {
    expect(failureOf([known, pending, old])).toBeNull();
  });

  it('[METER-65] what was never had is a failure, and alone is asked for again', () => {
    const [one, two] = ['one', 'two'].map((name) => ({
      data: undefined,
      error: new Error(name),
      refetch: vi.fn(),
    }));
    if (!one || !two) throw new Error('two');
    const failed = failureOf([known, one, old, two]);
    expect(failed?.error).toBe(one.error);
    failed?.again();
    for (const { refetch } of [one, two]) expect(refetch).toHaveBeenCalledTimes(1);
    for (const { refetch } of [known, old]) expect(refetch).not.toHaveBeenCalled();
  });
});
