import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import type { Log } from './log.ts';
import { noteAbsence } from './redis-absence.ts';

it('[PLATFORM-35] a Redis that is away for an hour is told once, and its return once, by all its connections', () => {
  const said: unknown[] = [];
  const log = { warn: (fields: object, text: string) => said.push([text, fields]) } as unknown as Log;
  const connections = [0, 1].map(() => Object.assign(new EventEmitter(), { status: 'reconnecting' }));
  noteAbsence(connections as unknown as Redis[], log);
  const [first, second] = connections as [(typeof connections)[0], (typeof connections)[0]];
  const fail = (): void => {
    for (const each of connections)
      each.emit('error', Object.assign(new Error(''), { code: 'ECONNREFUSED' }));
  };
  const ready = (connection: typeof first): void => {
    connection.status = 'ready';
    connection.emit('ready');
  };
  for (let time = 0; time < 1_800; time += 1) fail();
  expect(said).toEqual([['redis is away', { reason: 'ECONNREFUSED' }]]);
  ready(first);
  expect(said).toHaveLength(1);
  ready(second);
  expect(said.slice(1)).toEqual([['redis is back', {}]]);
  fail();
  expect(said).toHaveLength(3);
});
