import type { PGlite } from '@electric-sql/pglite';
import { Mutex } from './mutex.ts';
import { PreparedStatements } from './pglite-prepared.ts';

/**
 * A PGlite without a thread, for tests, as kysely wants it: its statements are run as the thread runs them. Once closed it
 * takes none, whatever `close` makes of the PGlite.
 */
export function inThisThread(pglite: PGlite, close: () => Promise<void> = () => pglite.close()) {
  const statements = new PreparedStatements(pglite);
  const mutex = new Mutex();
  let closed = false;
  const whileOpen = <T>(work: () => Promise<T>): Promise<T> =>
    mutex.run(() => {
      if (closed) throw new Error('PGlite is closed');
      return work();
    });
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
      return closed || pglite.closed;
    },
    query: (text: string, params: unknown[] = []) => whileOpen(() => statements.query(text, params)),
    transaction: <T>(fn: (inside: typeof tx) => Promise<T>) =>
      whileOpen(async () => {
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
    close: () =>
      mutex.run(async () => {
        if (closed) return;
        closed = true;
        await close();
      }),
  };
}
