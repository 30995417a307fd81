import { describe, expect, it } from 'vitest';
import { whereaboutsOf } from './away.ts';
import { alice, s, stay } from './builders.testing.ts';

const open = (more: object) => stay([alice, 0, null, undefined, more]);

describe('where somebody is, and why they are not there', () => {
  it.each([
    ['nobody came', [], 'absent', null],
    ['there', [open({})], 'present', null],
    ['asked after', [open({ state: 'suspected' })], 'suspected', null],
    [
      'a page that goes',
      [stay([alice, 0, 60, 'page_left', { state: 'suspected' }])],
      'suspected',
      'closed_page',
    ],
    ['closed the page', [stay([alice, 0, 60, 'page_left'])], 'left', 'closed_page'],
    ['silent', [open({ state: 'unreachable', gaps: [[s(60), null]] })], 'unreachable', 'lost_connection'],
    [
      'the media server is away',
      [open({ state: 'unreachable', gaps: [[s(60), null]], outageAt: [s(60)] })],
      'unreachable',
      'media_server',
    ],
    [
      'silent again after it',
      [
        open({
          state: 'unreachable',
          gaps: [
            [s(60), s(64)],
            [s(90), null],
          ],
          outageAt: [s(60)],
        }),
      ],
      'unreachable',
      'lost_connection',
    ],
    [
      'the page said that it goes, and LiveKit nothing yet',
      [open({ state: 'unreachable', gaps: [[s(60), null]], closedAt: [s(60)] })],
      'unreachable',
      'closed_page',
    ],
    ['their place went with it', [stay([alice, 0, 60, 'livekit_restarted'])], 'left', 'media_server'],
    ['and they did not come back', [stay([alice, 0, 60, 'lost'])], 'left', 'lost_connection'],
    ['hung up', [stay([alice, 0, 60, 'bye'])], 'left', null],
    ['sent away', [stay([alice, 0, 60, 'removed'])], 'left', null],
    ['on another device', [stay([alice, 0, 60, 'lost']), stay([alice, 70])], 'present', null],
  ] as const)('[CALL-21] %s', (...[, intervals, state, away]) => {
    expect(whereaboutsOf(intervals)).toEqual({ state, away });
  });
});
