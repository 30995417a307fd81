/** For tests only: notices to one person whose client hops from door to door, while servers are killed under it. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { chanceOf, Hopper } from './hopper.testing.ts';

/** A client that was given nothing for so long is not given what is missing any more. */
const LOST_AFTER_MS = 120_000;
const PROGRAM = fileURLToPath(new URL('./hopping-server.testing.ts', import.meta.url));

export interface HoppingOptions {
  readonly notices: number;
  /** How often a server is killed and started again. */
  readonly kills: number;
  readonly seed: number;
  /** Settings of each node: one data folder, or a Postgres and a Redis for several. */
  readonly env: Readonly<Record<string, string>>;
  readonly nodes?: number;
  /** Called after each share of the notices: what else goes away meanwhile. */
  readonly between?: (kill: number) => Promise<void>;
  /** Told now and then how many the client was given. */
  readonly progress?: (seen: number) => void;
}

/** What became of it. */
export interface Hopped {
  readonly seen: readonly string[];
  readonly resets: number;
  readonly visits: ReadonlyMap<string, number>;
}

interface Node {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Tells `0`, `1`, … to one person. Resolves once the client's application was given as many as there are, or more. */
export async function hop(options: HoppingOptions): Promise<Hopped> {
  const { notices, kills, seed, env, nodes: count = 1, between, progress } = options;
  const chance = chanceOf(seed);
  const nodes: Node[] = [];
  for (let n = 0; n < count; n += 1) nodes.push(await startNode(env));
  const urlOf = (): string => nodes[Math.floor(chance() * nodes.length)]?.url ?? '';
  const hopper = new Hopper({ urlOf, token: 'bob', personId: 'person_bob', chance });
  hopper.start();
  try {
    const share = Math.ceil(notices / (kills + 1));
    for (let kill = 0, from = 0; from < notices; kill += 1, from += share) {
      const to = Math.min(notices, from + share);
      const victim = kill % count;
      // In the middle of its telling: what it had told before is told again under the same key, once.
      if (kill < kills) {
        await tell(nodes, victim, { from, to: from + Math.floor((to - from) / 2) });
        nodes[victim]?.child.send({ from, to });
        nodes[victim]?.child.kill('SIGKILL');
        await between?.(kill);
        nodes[victim] = await startNode(env);
      }
      await tell(nodes, victim, { from, to });
      progress?.(hopper.seen.length);
    }
    await allSeen(hopper, notices);
  } finally {
    await hopper.stop();
    for (const { child } of nodes) child.kill('SIGKILL');
  }
  const { seen, resets, visits } = hopper;
  return { seen, resets, visits };
}

/** Resolves when the client was given so many, or for long no more. */
async function allSeen(hopper: Hopper, notices: number): Promise<void> {
  let before = -1;
  let stoodAt = Date.now();
  while (hopper.seen.length < notices && Date.now() - stoodAt < LOST_AFTER_MS) {
    if (hopper.seen.length !== before) [before, stoodAt] = [hopper.seen.length, Date.now()];
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function startNode(env: Readonly<Record<string, string>>): Promise<Node> {
  const child = fork(PROGRAM, {
    env: { PATH: process.env['PATH'], ...env },
    execArgv: ['--conditions=source'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit').then(([code]) => Promise.reject(new Error(`a node ended with ${code}`)));
  const [said] = (await Promise.race([once(child, 'message'), gone])) as [{ url: string }];
  gone.catch(() => undefined);
  return { child, url: said.url };
}

/** Resolves when the node has told them all. */
async function tell(nodes: readonly Node[], at: number, of: { from: number; to: number }): Promise<void> {
  const { child } = nodes[at] as Node;
  if (of.from >= of.to) return;
  const done = new Promise<void>((resolve, reject) => {
    child.on('message', ({ told }: { told?: number }) => told === of.to - 1 && resolve());
    child.once('exit', () => reject(new Error('a node died by itself')));
  });
  child.send(of);
  await done;
}
