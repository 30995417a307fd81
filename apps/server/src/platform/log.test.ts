import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { AppError } from './errors.ts';
import { createLog } from './log.ts';
import { openTestDatabases } from './testing.ts';

function linesOf(errors: readonly unknown[]): string {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  for (const err of errors) log.error({ err }, 'a request failed');
  return lines.join('');
}

describe('the log', () => {
  it('[PLATFORM-37] of an error it has type, words, code and causes, and nothing else that hangs on it', () => {
    const redis = Object.assign(new Error('WRONGTYPE'), { command: { name: 'set', args: ['tulip'] } });
    const provider = Object.assign(new Error('declined'), {
      code: 'card_declined',
      raw: { headers: { authorization: 'tulip' }, email: 'tulip@example.test' },
    });
    const wrapped = new AppError('internal.unexpected', 'no', {
      cause: new AggregateError([redis, provider]),
    });
    const told = linesOf([redis, provider, wrapped, 'a text']);
    expect(told).not.toContain('tulip');
    for (const word of ['WRONGTYPE', 'card_declined', 'AggregateError', 'AppError', '"err":"a text"'])
      expect(told).toContain(word);
  });
});

for (const kind of await openTestDatabases()) {
  it(`[PLATFORM-37] what a row had that did not fit stays out of the log, on ${kind.name}`, async () => {
    const database = await kind.open();
    const { db } = database;
    const put = () =>
      sql`insert into access."user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
        values ('user_1', 'Tulip', 'tulip@example.test', false, now(), now())`.execute(db);
    await put();
    const error = await put().catch((thrown: unknown) => thrown);
    await database.close();
    const told = linesOf([error]);
    expect(told).toContain('23505');
    expect(told).not.toMatch(/tulip|user_1/i);
  });
}
