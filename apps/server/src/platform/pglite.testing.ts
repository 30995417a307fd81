import type { PGlite } from '@electric-sql/pglite';
import { Mutex } from './mutex.ts';
import { PreparedStatements } from './pglite-prepared.ts';

/** A PGlite without a thread, for tests, as kysely wants it: its statements are run as the thread runs them. */
export function inThisThread(pglite: PGlite) {
  const statements = new PreparedStatements(pglite);
  const mutex = new Mutex();
  const tx = {
    query: (text: string, params: unknown[] = []) => statements.query(text, params),
    exec: (text: string) => statements.exec(text),
    rollback: () => statements.exec('rollback'),
  };
  return {
    waitReady: pglite.waitReady,
    get ready() {
      return pglite.ready;
    },
    get closed() {
      return pglite.closed;
    },
    query: (text: string, params: unknown[] = []) => mutex.run(() => statements.query(text, params)),
    transaction: <T>(fn: (inside: typeof tx) => Promise<T>) =>
      mutex.run(async () => {
        await tx.exec('begin');
        try {
          const result = await fn(tx);
          await tx.exec('commit');
          return result;
        } catch (error) {
          await tx.rollback();
          throw error;
        }
      }),
    close: () => mutex.run(() => pglite.close()),
  };
}
