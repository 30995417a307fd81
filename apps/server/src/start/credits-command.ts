import { parseArgs } from 'node:util';
import type { AttentionChecked } from '@latido/protocol';
import type { CheckWish } from '../collections/index.ts';
import type { Terminal } from './commands.ts';

const USAGE = `Usage: npx latido credits check-attention [--dry-run] [--at <instant>]
  tells collectors which of their credits need them, as the server does each hour: once a day for each credit and reason
  --dry-run   counts, and tells nobody
  --at        reckons as if it were then, e.g. 2026-01-05T09:00:00Z`;

/** Makes a check; null when another one is being made. */
export type Check = (wish: CheckWish) => Promise<AttentionChecked | null>;

/** `latido credits check-attention`. */
export async function runCredits(
  check: Check,
  { args = [], print, complain }: Pick<Terminal, 'args' | 'print' | 'complain'>,
): Promise<number> {
  const wish = wishOf(args);
  if (typeof wish === 'string') {
    complain(wish);
    return 2;
  }
  const checked = await check({
    ...wish,
    progress: ({ looked, found, told }) =>
      print(`… looked at ${looked}, ${found} need somebody, told ${told}`),
  });
  if (!checked) {
    complain('A check is being made right now, by the server or another command. Try again when it is over.');
    return 2;
  }
  const { looked, found, told, skipped, unassigned } = checked;
  print(`Looked at ${looked} credits with something due; ${found} need somebody.`);
  if (wish.dryRun) print('Nobody was told (--dry-run).');
  else print(`Told ${told}; ${skipped} had been told already today.`);
  if (unassigned > 0) print(`${unassigned} of them have no collector: see the managers' page.`);
  return 0;
}

/** What is wished, or what is wrong with it. */
function wishOf(args: readonly string[]): CheckWish | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean' }, at: { type: 'string' } },
    });
    if (positionals.length !== 1 || positionals[0] !== 'check-attention') return USAGE;
    const at = values.at === undefined ? undefined : Date.parse(values.at);
    if (Number.isNaN(at)) return `--at: ${values.at ?? ''} is no instant, such as 2026-01-05T09:00:00Z.`;
    return { dryRun: values['dry-run'] === true, at };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${USAGE}`;
  }
}
