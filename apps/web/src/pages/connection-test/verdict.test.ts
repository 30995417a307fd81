import type { ConnectionStep } from '@latido/protocol';
import { expect, it } from 'vitest';
import { verdictOf } from './verdict.ts';

const NAMES = ['camera', 'microphone', 'signalling', 'udp', 'publish', 'subscribe', 'tcp'] as const;
const without = (...failed: ConnectionStep['step'][]): ConnectionStep[] =>
  NAMES.map((step) => ({ step, passed: !failed.includes(step), code: null, ms: 1 }));

it.each([
  ['allWorks', []],
  ['noTcp', ['tcp']],
  ['tcpOnly', ['udp']],
  ['canCall', ['camera']],
  ['cannotCall', ['udp', 'tcp']],
  ['cannotCall', ['microphone']],
  ['cannotCall', ['signalling']],
  ['cannotCall', ['subscribe']],
] as const)('[WEB-TEST-1] %s without %j', (verdict, failed) => {
  expect(verdictOf(without(...failed))).toBe(verdict);
});
