import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Whoever still writes a file by then is no writer of it: numbers of processes are used again. */
const GONE_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 200;

/** Says which process writes a file, beside it: a server that comes after a crash finds both, and the writer may not be done. */
export function writesFile(file: string, pid: number | undefined): void {
  if (pid !== undefined) writeFileSync(besideOf(file), String(pid), { mode: 0o600 });
}

/** Resolves once nobody writes a file any more, of all that said so by {@link writesFile}. */
export async function writtenOut(file: string): Promise<void> {
  const until = performance.now() + GONE_WITHIN_MS;
  while (isAlive(writerOf(file)) && performance.now() < until) await pause(LOOK_EVERY_MS);
  rmSync(besideOf(file), { force: true });
}

function writerOf(file: string): number {
  try {
    return Number(readFileSync(besideOf(file), 'utf8'));
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function besideOf(file: string): string {
  return `${file}.pid`;
}
