import { describe, expect, it } from 'vitest';
import { cornerAfter, cornerAt } from './corners.ts';

describe('own picture', () => {
  it('[REACT-SELF] arrow keys take it along the edges and stop at them', () => {
    expect(cornerAfter('be', 'ArrowUp')).toBe('te');
    expect(cornerAfter('te', 'ArrowLeft')).toBe('ts');
    expect(cornerAfter('ts', 'ArrowUp')).toBe('ts');
    expect(cornerAfter('ts', 'Enter')).toBe('ts');
  });
  it('[REACT-SELF] dropped anywhere, it goes to the nearest corner', () => {
    expect(cornerAt(90, 90, { width: 100, height: 100 })).toBe('be');
    expect(cornerAt(10, 20, { width: 100, height: 100 })).toBe('ts');
  });
});
