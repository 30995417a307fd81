/** The thread of the embedded database: runs statements one after another, in the order of their arrival. */
import { parentPort, workerData } from 'node:worker_threads';
import { openDurable, syncs } from './pglite-durable.ts';
import { PreparedStatements } from './pglite-prepared.ts';
import { GIVES_UP, type Answer, type Question } from './pglite-thread.ts';

const port = parentPort;
if (!port) throw new Error('This file is the body of a worker thread.');
const say = (answer: Answer): void => port.postMessage(answer);

const { dir } = workerData as { dir: string };
/**
 * Postgres has given up: inside this thread no statement would end any more, they would hang. The thread ends, and whoever
 * began it begins another one, which recovers from the log.
 */
const giveUp = (why: string): never => {
  say({
    id: GIVES_UP,
    error: { message: `Postgres has given up: ${why || 'its log could not be written'}` },
  });
  process.exit(1);
};
const pglite = await openDurable(dir, giveUp).catch((error: unknown) => {
  say({ id: 0, error: plain(error) });
  process.exit(1);
});
const statements = new PreparedStatements(pglite);

async function answer(question: Question): Promise<unknown> {
  switch (question.op) {
    case 'query': {
      const { rows, affectedRows, fields } = await statements.query(question.sql, question.params);
      return { rows, affectedRows, fields };
    }
    case 'exec':
      await statements.exec(question.sql);
      return undefined;
    case 'syncs':
      return syncs.count;
    case 'close':
      await pglite.close();
      return undefined;
  }
}

/** Errors lose their class on the way between threads; what Postgres says in them stays. */
function plain(error: unknown): Record<string, unknown> {
  const { message, code, detail, constraint, table, column, severity, hint, where } = error as Record<
    string,
    unknown
  >;
  return { message, code, detail, constraint, table, column, severity, hint, where };
}

let last: Promise<void> = Promise.resolve();
port.on('message', ({ id, question }: { id: number; question: Question }) => {
  last = last.then(async () => {
    try {
      say({ id, result: await answer(question) });
    } catch (error) {
      say({ id, error: plain(error) });
    }
  });
});
say({ id: 0, result: undefined });
