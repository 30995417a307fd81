import { describe, expect, it } from 'vitest';
import { faultOfVisiting, GUESTS_PER_LINK_MAX, GUESTS_PER_MINUTE_MAX, type Visited } from './index.ts';

const MIN = 60_000;
const START = Date.UTC(2027, 2, 22, 9);
const LINK = START - 600 * MIN;
const session = (more: Partial<Visited> = {}): Visited => ({
  status: 'IN_PROGRESS',
  startsAt: START,
  endsAt: START + 60 * MIN,
  guestsFrom: LINK,
  people: 1,
  named: { all: 0, lately: 0 },
  ...more,
});
const fault = (more: Partial<Visited>, min = 5, linkAt = LINK) =>
  faultOfVisiting(session(more), { linkAt, now: START + min * MIN });

describe('who comes by a link', () => {
  it.each<[string, Partial<Visited>, number, string | null]>([
    ['it goes on', {}, 5, null],
    ['it goes on past its time', {}, 90, null],
    ['the link was withdrawn', { guestsFrom: null }, 5, 'withdrawn'],
    ['a newer link was made', { guestsFrom: LINK + 1 }, 5, 'withdrawn'],
    ['more than 15 minutes before', { status: 'SCHEDULED' }, -16, 'too_early'],
    ['15 minutes before', { status: 'SCHEDULED' }, -15, null],
    ['nobody began it', { status: 'SCHEDULED' }, 15, 'over'],
    ['it is over', { status: 'COMPLETED' }, 61, 'over'],
    ['it was cancelled', { status: 'CANCELLED' }, -5, 'over'],
    ['one place is left', { people: 28 }, 5, null],
    ['none is left', { people: 29 }, 5, 'full'],
    ['the link has made so many names', { named: { all: GUESTS_PER_LINK_MAX, lately: 0 } }, 5, 'full'],
    ['too many at once', { named: { all: 40, lately: GUESTS_PER_MINUTE_MAX } }, 5, 'too_many'],
  ])('[MENTOR-31] %s', (_when, more, min, expected) => {
    expect(fault(more, min)).toBe(expected);
  });

  it('[MENTOR-31] a withdrawn link says nothing else of the session', () => {
    expect(fault({ guestsFrom: null, status: 'COMPLETED' })).toBe('withdrawn');
    expect(fault({}, 5, LINK - 1)).toBe('withdrawn');
  });
});
