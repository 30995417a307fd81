import { describe, expect, it } from 'vitest';
import type { Me } from '../../app/api.ts';
import { historyOf } from './history.ts';

const who = (...roles: Me['roles'][number][]) => ({ roles }) as unknown as Me;

describe('the history of calls', () => {
  it('[METER-81] of who pays or earns is their own, also where they look after the service', () => {
    expect(historyOf(who('admin', 'client'), { met: 'true' })).toEqual({ met: 'true', mine: 'true' });
    expect(historyOf(who('manager', 'model'), {})).toEqual({ mine: 'true' });
  });

  it('[METER-81] of who does neither has all that they may see', () => {
    expect(historyOf(who('admin'), {})).toEqual({});
  });
});
