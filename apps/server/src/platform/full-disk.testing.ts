/**
 * For tests only: a process of its own whose disk is full for a while. The system itself refuses its writes beyond a size
 * (`RLIMIT_FSIZE`), which holds for a whole process. Gives its parent what it saw.
 */
import { execFileSync } from 'node:child_process';
import { silentLog } from './log.ts';
import { PgliteThread } from './pglite-thread.ts';

/** What became of the statements before, while and after the disk was full. */
export interface Seen {
  readonly refused: readonly string[];
  readonly words: readonly string[];
}

const dir = process.argv[2] ?? '';
const thread = new PgliteThread({ dir, log: silentLog });
await thread.waitReady;
await thread.exec('create table word (word text, long text)');

const filesEndAt = (bytes: string): void => {
  execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${bytes}:unlimited`]);
};
/** One transaction; gives the code of the error that ended it. */
const write = async (word: string): Promise<string | null> => {
  try {
    await thread.transaction(async (tx) => {
      await tx.query(
        `insert into word select $1, repeat(md5(n::text), 300) from generate_series(1, 50) as n`,
        [word],
      );
    });
    return null;
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
};

await write('before');
filesEndAt('1000000');
const refused = [await write('full'), await write('full too')].map(String);
filesEndAt('unlimited');
// It comes back by itself; nobody but the parent's patience ends this.
while ((await write('after')) !== null) await new Promise((resolve) => setImmediate(resolve));
const { rows } = await thread.query<{ word: string }>('select distinct word from word order by 1');
const seen: Seen = { refused, words: rows.map(({ word }) => word) };
process.send?.(seen);
await thread.close();
process.disconnect?.();
