import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { KEY, SECRET } from './bodies.ts';

/** `naive` handler, our `route` alone, or the `whole` product. */
export type Mode = 'naive' | 'route' | 'whole';

/** A store to run on. */
export interface Store {
  readonly name: 'embedded' | 'postgres';
  readonly env: Readonly<Record<string, string>>;
}

/** A server that runs in a process of its own. */
export interface Started {
  readonly url: string;
  readonly child: ChildProcess;
  /** Resident memory, bytes. */
  rss(): number;
  /** Processor time so far, ms. */
  cpuMs(): number;
  /** Resolves when the whole product has folded all that it stored; false when it did not within a minute. */
  caughtUp(): Promise<boolean>;
  /** Puts two people into a call of the whole product. */
  call(): Promise<void>;
  /** One of them hangs up; how long the other waits for the notice from then on, ms. Null: not told within a minute. */
  hangUp(): Promise<number | null>;
  /** Ends it with this signal; resolves when it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

const ANSWERS_WITHIN_MS = 60_000;
const program = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Starts a server; rejects when it ends before it listens. */
export async function startChild(mode: Mode, store: Store): Promise<Started> {
  const env = {
    PATH: process.env['PATH'],
    PORT: '0',
    LATIDO_AUTH_SECRET: 'b'.repeat(40),
    LIVEKIT_API_KEY: KEY,
    LIVEKIT_API_SECRET: SECRET,
    LIVEKIT_URL: 'ws://127.0.0.1:9',
    ...store.env,
  };
  const child = fork(program, [mode], {
    env,
    execArgv: ['--conditions=source'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url));
    child.once('exit', (code) =>
      reject(new Error(`the server (${mode}) ended with ${code} before it listened`)),
    );
  });
  return {
    url,
    child,
    rss: () =>
      Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024,
    cpuMs: () => cpuMsOf(child.pid),
    caughtUp: async () => (await ask(child, 'caughtUp')).answered,
    call: async () => void (await ask(child, 'call')),
    hangUp: async () => (await ask(child, 'hangUp')).result as number | null,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}

let questions = 0;

async function ask(child: ChildProcess, asked: string): Promise<{ answered: boolean; result: unknown }> {
  questions += 1;
  const id = questions;
  return await new Promise((resolve) => {
    const end = (answered: boolean, result: unknown): void => {
      clearTimeout(timer);
      child.off('message', hear);
      resolve({ answered, result });
    };
    const timer = setTimeout(() => end(false, null), ANSWERS_WITHIN_MS);
    const hear = (message: { id: number; result?: unknown }): void => {
      if (message.id === id) end(true, message.result ?? null);
    };
    child.on('message', hear);
    child.send({ id, asked });
  });
}

/** A tick of the kernel's accounting is 10 ms on every Linux that we know. */
const TICK_MS = 10;

function cpuMsOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
