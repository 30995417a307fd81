import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FolderError, makeFolder } from './folder.ts';
import { chance } from './ids.ts';

/** The folder belongs to another server that is alive; the message is one sentence for a person. */
export class LockedError extends Error {
  override name = 'LockedError';
}

interface Owner {
  pid: number;
  beganAt: string | null;
}

/**
 * Takes the lock of a data folder: two processes on one embedded database corrupt it without a word.
 *
 * The file lies beside the database's folder and names our pid and when we began (containers give the same small pids
 * out again). It is taken over only from a process that is dead, never by its age.
 *
 * @returns how to give it back
 * @throws LockedError naming the pid and the folder
 * @throws FolderError when the folder cannot be made or written
 */
export function takeLock(path: string, folder: string): () => void {
  makeFolder(dirname(path));
  const own = `${path}.${process.pid}.${chance(6)}`;
  const me: Owner = { pid: process.pid, beganAt: beganAt(process.pid) };
  try {
    writeFileSync(own, `${JSON.stringify(me)}\n`, { mode: 0o600, flag: 'wx' });
    for (let tries = 0; tries < 10; tries++) {
      if (linked(own, path)) return () => giveBack(path, me);
      const owner = readOwner(path);
      if (owner && isAlive(owner)) throw refusal(owner, folder);
      clearAway(path, folder);
    }
    throw new LockedError(`The lock ${path} cannot be taken: others take it all the time.`);
  } catch (error) {
    if (error instanceof LockedError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new FolderError(folder, `cannot hold a lock (${code})`, { cause: error });
  } finally {
    rmSync(own, { force: true });
  }
}

/** A link is made whole or not at all: nobody ever reads half a lock. */
function linked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead owner's lock away. If another process was quicker, what was moved is theirs and goes back. */
function clearAway(path: string, folder: string): void {
  const aside = `${path}.dead.${chance(6)}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const owner = readOwner(aside);
  const isTheirs = owner !== null && isAlive(owner);
  if (isTheirs) linked(aside, path);
  rmSync(aside, { force: true });
  if (isTheirs) throw refusal(owner, folder);
}

function refusal({ pid }: Owner, folder: string): LockedError {
  return new LockedError(`The data folder ${folder} is in use by another Latido (pid ${pid}).`);
}

function giveBack(path: string, me: Owner): void {
  const owner = readOwner(path);
  if (owner?.pid === me.pid && owner.beganAt === me.beganAt) rmSync(path, { force: true });
}

function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return null;
  }
}

function isAlive({ pid, beganAt: then }: Owner): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const now = beganAt(pid);
  if (then !== null && now !== null) return then === now;
  try {
    process.kill(pid, 0);
    return now !== null || process.platform === 'win32';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in words that do not change while it lives; null when it is gone or cannot be asked. */
export function beganAt(pid: number): string | null {
  try {
    if (process.platform === 'win32') return null;
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold blanks: count from behind it. Z is a dead process that nobody has buried.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}
