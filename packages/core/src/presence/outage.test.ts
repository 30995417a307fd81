import { expect, test } from 'vitest';
import { at } from './builders.testing.ts';
import { watch } from './watch.testing.ts';
import { judge } from './judge.ts';
import type { Outage, Watch } from './watch.ts';

const suspected = { state: 'suspected', suspectedAt: at(101.3) } as const;
const away = { state: 'unreachable', suspectedAt: at(101.3) } as const;
const since = (fromAt: number, toAt: number | null = null): Outage => ({
  fromAt: at(fromAt),
  toAt: toAt === null ? null : at(toAt),
});

/** What the detector says of somebody at an instant, LiveKit having been away. */
function ruling(one: Watch, now: number, outage: Outage | null): string {
  const tick = { now: at(now), lateMs: 0, startedAt: at(-60), heardAt: at(now), outage };
  const [said] = judge([one], tick);
  return said === undefined ? '–' : `${said.type} ${said.reason}`;
}

test.each<[string, Watch, number, Outage | null, string]>([
  [
    'whose Room has lost it is told at once',
    watch(100, { roomLostAt: at(100.1) }),
    100.4,
    since(100.3),
    'unreachable media_server',
  ],
  ['not while LiveKit answers', watch(100, { roomLostAt: at(100.1) }), 100.4, null, '–'],
  ['silence is its doing', watch(100, suspected), 102.8, since(100.3), 'unreachable media_server'],
  [
    'and a closed socket: pages begin anew with it',
    watch(100, { ...suspected, socketClosedAt: at(100.2) }),
    101.4,
    since(100.3),
    'unreachable media_server',
  ],
  [
    'who was silent long before is not',
    watch(90, { ...suspected, roomLostAt: null }),
    100.4,
    since(100.3),
    'unreachable silence',
  ],
  [
    'who closed the page has',
    watch(100, { ...suspected, pageLeftAt: at(100.1) }),
    102.2,
    since(100.3),
    'unreachable page_left',
  ],
  ['15 s without a proof: gone with it', watch(100, away), 115, since(100.3), 'left livekit_restarted'],
  [
    'nobody is missed ten seconds after it',
    watch(100, suspected),
    109.9,
    since(100.3, 100),
    'unreachable media_server',
  ],
  ['then they are', watch(100, suspected), 110.1, since(100.3, 100), 'unreachable silence'],
  [
    'a silence after it is their own',
    watch(104, { ...suspected, suspectedAt: at(105.3) }),
    106.9,
    since(100.3, 103),
    'unreachable silence',
  ],
])('[PRES-F18] %s', (...[, one, now, outage, expected]) => {
  expect(ruling(one, now, outage)).toBe(expected);
});

test('[PRES-F6] many gone at once with LiveKit silent is LiveKit, as soon as somebody is heard', () => {
  const many = [1, 2, 3, 4, 5, 6].map((n) =>
    watch(100, { ...suspected, participantSid: `PA_${n}`, roomLostAt: at(100.1) }),
  );
  const tick = { now: at(102.8), lateMs: 0, startedAt: at(-60), outage: since(100.3) };
  expect(judge(many, { ...tick, heardAt: at(101) })).toEqual([]);
  const said = judge(many, { ...tick, heardAt: at(102) }).map(({ type, reason }) => `${type} ${reason}`);
  expect(said).toEqual(Array<string>(6).fill('unreachable media_server'));
});
