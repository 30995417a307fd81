/** Long files: how long each takes to be read and written and to be undone, and what memory the server needs for it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Forked } from '../process.ts';

const MB = 1024 * 1024;
const BYTES_MAX = 300 * MB;
/** The product by itself holds some 80 MB, a thousand lines a few. */
const HELD_MAX = 150 * MB;
const HELD_EVERY_MS = 500;
/** What is bearable for a file of a million lines, for each step; half of it for half of them. */
const MS_A_LINE = 0.3;
const ASK_MS = 100;

interface Measured {
  readonly server: Forked;
  readonly lender: {
    readonly ask: <T>(path: string, body?: object) => Promise<T>;
    readonly send: <T>(path: string, form: FormData) => Promise<T>;
  };
  readonly collectorId: string;
  readonly lines: number;
  readonly judge: (what: string, found: number, most: number) => void;
}

interface Import {
  readonly id: string;
  readonly status: string;
  readonly lines: number;
}

const FILES: readonly (readonly [string, string, (n: number, collectorId: string) => string])[] = [
  ['debtors', 'name,phone,zone,externalId', (n) => `Debtor ${n},+57 300 ${n},Norte,d-${n}`],
  [
    'credits',
    'debtorId,amount,currency,endDate,externalId',
    (n) => `d-${n},${30_000 + (n % 100)},COP,2027-06-30,c-${n}`,
  ],
  ['payments', 'creditId,amount,paidAt', (n) => `c-${n},${1_000 + (n % 100)},2026-01-05`],
  ['assignments', 'debtorId,collectorId', (n, collectorId) => `d-${n},${collectorId}`],
];

/** Imports files that build on each other, and undoes them from the last to the first. */
export async function measureImports(of: Measured): Promise<void> {
  const made: { kind: string; id: string }[] = [];
  for (const [kind, head, line] of FILES) {
    const text = Array.from({ length: of.lines }, (_, n) => line(n, of.collectorId)).join('\n');
    const form = new FormData();
    form.set('kind', kind);
    form.set('file', new Blob([`${head}\n${text}\n`]), `${kind}.csv`);
    await step(of, `${of.lines} ${kind}, read and written`, async () => {
      const { id } = await of.lender.send<Import>('imports?wait=0', form);
      made.push({ kind, id });
      for (;;) {
        const { status } = await of.lender.ask<Import>(`imports/${id}?faults=true`);
        if (status === 'done') return;
        if (status !== 'reading') throw new Error(`the import of ${kind} is ${status}`);
        await pause(ASK_MS);
      }
    });
  }
  for (const { kind, id } of made.toReversed())
    await step(of, `${of.lines} ${kind}, undone`, () => of.lender.ask(`imports/${id}/undo`, {}));
}

async function step(
  { server, lines, judge }: Measured,
  what: string,
  work: () => Promise<unknown>,
): Promise<void> {
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, server.rss())), 20);
  const held = watchHeld(server);
  const cpuBefore = server.cpuMs();
  const startedAt = performance.now();
  // A server that ends meanwhile has no memory to be read.
  await work().finally(() => clearInterval(watch));
  judge(what, performance.now() - startedAt, lines * MS_A_LINE);
  const cpuMs = server.cpuMs() - cpuBefore;
  judge(`memory of the server for ${what}`, most / MB, BYTES_MAX / MB);
  judge(`memory in use for ${what}`, (await held.end()) / MB, HELD_MAX / MB);
  console.log(`  ${((cpuMs * 1_000) / lines).toFixed(0)} µs of the server’s processor a line`);
}

/** What the server holds meanwhile and cannot give back, at most: that must not grow with the file. */
function watchHeld(server: Forked): { end: () => Promise<number> } {
  let isOver = false;
  let most = 0;
  const watching = (async () => {
    do {
      most = Math.max(most, (await server.ask<number>('held')) ?? 0);
      await pause(HELD_EVERY_MS);
    } while (!isOver);
  })();
  return {
    async end() {
      isOver = true;
      await watching;
      return most;
    },
  };
}
