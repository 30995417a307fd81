import { writeFile } from 'node:fs/promises';
import type { Engine, Shoot } from './index.ts';

/** For tests only: what stands in for the recorder: it writes ten bytes, and does what the test says. */
export class Stage implements Engine {
  wrong: string | null = null;
  readonly shots: (Shoot & { allowed: (readonly string[])[]; isStopped: boolean })[] = [];
  readonly fault = async () => this.wrong;
  /** How long a file plays. */
  plays: number | null = null;
  /** What the end of a file waits for. */
  written: Promise<void> = Promise.resolve();
  readonly finish = async () => {
    await this.written;
    return this.plays;
  };

  start(shoot: Shoot) {
    const shot = { ...shoot, allowed: [shoot.whom], isStopped: false };
    this.shots.push(shot);
    const written = writeFile(shoot.file, '0123456789');
    return {
      allow: (whom: readonly string[]) => void shot.allowed.push(whom),
      async stop() {
        shot.isStopped = true;
        await written;
        return { diskIsFull: false, durationMs: 1_000 };
      },
    };
  }

  get last() {
    const shot = this.shots.at(-1);
    if (!shot) throw new Error('nothing was recorded');
    return shot;
  }
}
