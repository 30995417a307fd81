import { describe, expect, it } from 'vitest';
import { tracePaths } from './trace-path.ts';

const frame = { nowAt: 10_000, windowMs: 10_000, width: 100, height: 24 };
const peaks = (path: string): number => path.split('L').filter((p) => p.endsWith(' 1.7')).length;

describe('trace', () => {
  it('[REACT-TRACE] draws one peak for each beat in the window and none that was not received', () => {
    const beats = [-4000, 2000, 4000, 6000, 8000];
    expect(peaks(tracePaths({ ...frame, beats, lastProofAt: 8000 }).solid)).toBe(4);
    expect(peaks(tracePaths({ ...frame, beats: [], lastProofAt: 9000 }).solid)).toBe(0);
  });

  it('[REACT-TRACE] is dotted and flat from the last proof on', () => {
    const { solid, dotted } = tracePaths({ ...frame, beats: [1000, 3000], lastProofAt: 5000 });
    expect(solid.endsWith('L50 12')).toBe(true);
    expect(dotted).toBe('M50 12H100');
  });

  it('[REACT-TRACE] is all dotted when nobody ever gave a sign, or when the last one left the window', () => {
    expect(tracePaths({ ...frame, beats: [], lastProofAt: null })).toEqual({
      solid: '',
      dotted: 'M0 12H100',
    });
    expect(tracePaths({ ...frame, beats: [-9000], lastProofAt: -9000 })).toEqual({
      solid: '',
      dotted: 'M0 12H100',
    });
  });

  it('[REACT-TRACE] has no dots while a proof is this very moment old', () => {
    expect(tracePaths({ ...frame, beats: [10_000], lastProofAt: 10_000 }).dotted).toBe('');
  });

  it('[REACT-TRACE] thins beats that stand nearer than they can be drawn', () => {
    const beats = Array.from({ length: 100 }, (_, n) => n * 100);
    expect(peaks(tracePaths({ ...frame, beats, lastProofAt: 9900 }).solid)).toBeLessThan(10);
  });
});
