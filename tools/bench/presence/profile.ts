/** Says where a server's processor time goes: functions of its own thread, threads, and statements. */
import { readdirSync, readFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector/promises';
import { Worker } from 'node:worker_threads';
import pg from 'pg';

interface Counted {
  n: number;
  ms: number;
}

/** What a while cost. */
export interface Profile {
  /** Share of the own thread's samples that a function itself took, most first. */
  readonly functions: readonly [name: string, share: number][];
  /** The same by package, by part of Node, by folder of ours. */
  readonly places: readonly [name: string, share: number][];
  /** Processor time of each thread, ms. */
  readonly threads: readonly [name: string, ms: number][];
  /** How often each statement ran, and how long its answers took by the clock, most first. */
  readonly statements: readonly [text: string, n: number, ms: number][];
}

const MOST = 45;
const statements = new Map<string, Counted>();
const session = new Session();
let before = new Map<string, number>();

/** Counts statements on both stores from here on. */
export function countStatements(): void {
  const post = Worker.prototype.postMessage;
  const asked = new Map<number, { sql: string; at: number }>();
  const heard = new WeakSet<Worker>();
  Worker.prototype.postMessage = function (this: Worker, message: never, ...more: never[]) {
    const { id, question } = message as { id: number; question?: { op: string; sql?: string } };
    if (question !== undefined) {
      if (!heard.has(this))
        this.prependListener('message', (answer: { id: number }) => {
          const one = asked.get(answer.id);
          if (one !== undefined) count(one.sql, performance.now() - one.at);
          asked.delete(answer.id);
        });
      heard.add(this);
      asked.set(id, { sql: question.sql ?? question.op, at: performance.now() });
    }
    return post.call(this, message, ...(more as []));
  };
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  Object.assign(pg.Client.prototype, {
    query(this: pg.Client, ...args: unknown[]) {
      const [asks] = args as [string | { text?: string }];
      const at = performance.now();
      const answer = query.apply(this, args);
      const text = typeof asks === 'string' ? asks : (asks.text ?? '');
      if (answer instanceof Promise)
        void answer.then(() => count(text, performance.now() - at)).catch(() => undefined);
      return answer;
    },
  });
}

function count(text: string, ms: number): void {
  const short = text.replaceAll(/\s+/g, ' ').trim().slice(0, 170);
  const one = statements.get(short) ?? { n: 0, ms: 0 };
  statements.set(short, { n: one.n + 1, ms: one.ms + ms });
}

/** Begins to look. */
export async function beginProfile(): Promise<null> {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  statements.clear();
  before = threads();
  return null;
}

/** What was seen since. */
export async function endProfile(): Promise<Profile> {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const spent = [...threads()].map(([name, ms]) => [name, ms - (before.get(name) ?? 0)] as [string, number]);
  return {
    functions: sharesOf(profile, nameOf),
    places: sharesOf(profile, placeOf),
    threads: spent.filter(([, ms]) => ms > 0),
    statements: [...statements]
      .map(([text, { n, ms }]) => [text, n, ms] as [string, number, number])
      .toSorted((a, b) => b[2] - a[2])
      .slice(0, MOST),
  };
}

function threads(): Map<string, number> {
  return new Map(
    readdirSync('/proc/self/task').map((tid) => {
      const text = readFileSync(`/proc/self/task/${tid}/stat`, 'utf8');
      const [head, tail] = [text.slice(0, text.lastIndexOf(')')), text.slice(text.lastIndexOf(')') + 2)];
      const fields = tail.split(' ');
      return [`${tid} ${head.slice(head.indexOf('(') + 1)}`, (Number(fields[11]) + Number(fields[12])) * 10];
    }),
  );
}

type Frame = Profiler.ProfileNode['callFrame'];

function nameOf({ functionName, url, lineNumber }: Frame): string {
  return `${functionName || '(anonymous)'} ${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`;
}

function placeOf({ functionName, url }: Frame): string {
  const taken = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  const ours = /\/(?:apps|packages)\/(.*)\/[^/]+$/.exec(url)?.[1];
  return taken ?? ours ?? (url || functionName);
}

function sharesOf(
  { nodes, timeDeltas = [], samples = [] }: Profiler.Profile,
  nameIt: (frame: Frame) => string,
): [string, number][] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameIt(callFrame)]));
  const own = new Map<string, number>();
  let total = 0;
  for (const [n, id] of samples.entries()) {
    const took = timeDeltas[n] ?? 0;
    const name = names.get(id) ?? '';
    if (name.startsWith('(idle)')) continue;
    total += took;
    own.set(name, (own.get(name) ?? 0) + took);
  }
  return [...own]
    .map(([name, took]) => [name, took / total] as [string, number])
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, MOST);
}
