import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { SERVER_FLAGS } from '../launch/path.mjs';

/** A store to run on. */
export interface Store {
  readonly name: 'embedded' | 'postgres';
  readonly env: Readonly<Record<string, string>>;
}

/** A program of ours that runs in a process of its own, says `{url}` once it is up, and answers questions. */
export interface Forked {
  readonly url: string;
  /** Resident memory, bytes. */
  rss(): number;
  /** Processor time so far, ms. */
  cpuMs(): number;
  /** What it answers; undefined when it did not within a minute. */
  ask<T>(asked: string, of?: object): Promise<T | undefined>;
  /** Ends it with this signal; resolves when it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

const ANSWERS_WITHIN_MS = 60_000;

/** Starts a program; rejects when it ends before it is up. */
export async function forkProgram(
  program: string,
  { args = [], env }: { args?: readonly string[]; env: NodeJS.ProcessEnv },
): Promise<Forked> {
  const child = fork(program, [...args], {
    env: { PATH: process.env['PATH'], ...env },
    // A bench may ask for what is in use to be all that is held.
    execArgv: [...SERVER_FLAGS, '--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.setMaxListeners(0);
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url));
    child.once('exit', (code) =>
      reject(new Error(`the server (${args.join(' ')}) ended with ${code} before it listened`)),
    );
  });
  let questions = 0;
  return {
    url,
    rss: () => Number(/VmRSS:\s+(\d+) kB/.exec(statusOf(child.pid))?.[1] ?? 0) * 1024,
    cpuMs: () => cpuMsOf(child.pid),
    async ask<T>(asked: string, of: object = {}) {
      questions += 1;
      const id = questions;
      return await new Promise<T | undefined>((resolve) => {
        const end = (result: T | undefined): void => {
          clearTimeout(timer);
          child.off('message', hear);
          resolve(result);
        };
        const timer = setTimeout(() => end(undefined), ANSWERS_WITHIN_MS);
        const hear = (message: { id: number; result?: T | null }): void => {
          if (message.id === id) end((message.result ?? null) as T);
        };
        child.on('message', hear);
        child.send({ id, asked, of });
      });
    },
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}

function statusOf(pid: number | undefined): string {
  return readFileSync(`/proc/${pid}/status`, 'utf8');
}

/** A tick of the kernel's accounting is 10 ms on every Linux that we know. */
const TICK_MS = 10;

/** Processor time of a process so far, ms; with `dead` also of children that it has waited for. */
export function cpuMsOf(pid: number | undefined, { dead = false } = {}): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const own = Number(fields[11]) + Number(fields[12]);
  const waited = dead ? Number(fields[13]) + Number(fields[14]) : 0;
  return (own + waited) * TICK_MS;
}

/** Processor time so far of every process of a Postgres whose postmaster has this pid, ms. */
export function postgresCpuMs(postmaster: number): number {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === postmaster);
  const living = children.reduce((sum, pid) => sum + cpuOrNone(Number(pid)), 0);
  return living + cpuMsOf(postmaster, { dead: true });
}

/** The pid of a process' parent; 0 when it is gone. */
export function parentOf(pid: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
  } catch {
    return 0;
  }
}

function cpuOrNone(pid: number): number {
  try {
    return cpuMsOf(pid);
  } catch {
    return 0;
  }
}
