import { dropStuck, listStuck, wantRetry, type Db } from '../platform/index.ts';
import type { Terminal } from './commands.ts';

const USAGE = `Usage: npx latido stuck list | retry [stage [key]] | drop <stage> <key>
  list    what could not be folded, and why; exit code 1 when there is any
  retry   asks the server for another try, of all or of one stage or key; every start tries all
  drop    gives up what waits of a key, for ever; later facts are folded again`;

/** Keys whose facts wait because one of them could not be folded. */
export async function runStuck(
  db: Db,
  { args = [], print, complain }: Pick<Terminal, 'args' | 'print' | 'complain'>,
): Promise<number> {
  const [what, stage, key] = args;
  if (what === 'list') return await list(db, print);
  if (what === 'retry') {
    const count = await wantRetry(db, { stage, key });
    print(count === 0 ? 'No such key is stuck.' : `Another try was asked for: ${keys(count)}.`);
    return 0;
  }
  if (what === 'drop' && stage !== undefined && key !== undefined) {
    const was = await dropStuck(db, { stage, key });
    print(was ? `What waited of ${key} in ${stage} is given up.` : 'No such key is stuck.');
    return was ? 0 : 1;
  }
  complain(USAGE);
  return 2;
}

async function list(db: Db, print: Terminal['print']): Promise<number> {
  const stuck = await listStuck(db);
  for (const { stage, key, seq, error, tries, since } of stuck)
    print(`${stage}  ${key}  fact ${seq}  since ${since.toISOString()}  tried ${tries}x  ${error}`);
  print(stuck.length === 0 ? 'Nothing is stuck.' : `${keys(stuck.length)} stuck.`);
  return stuck.length === 0 ? 0 : 1;
}

function keys(count: number): string {
  return count === 1 ? '1 key' : `${count} keys`;
}
