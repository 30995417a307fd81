import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * When a process began, in words that stay the same as long as it lives; null when it is not there or cannot be asked.
 * A pid alone proves nothing: containers give the same small numbers out again.
 *
 * @param {number} pid
 * @returns {string | null}
 */
export function beganAt(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in brackets may hold blanks: count from behind it. State Z is a dead process nobody has buried yet.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z') return null;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
    }
    if (process.platform === 'win32') return null;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

/** Notes a child, so that the next start can end it if we cannot. */
export function writePidFile(path, pid) {
  writeFileSync(path, `${JSON.stringify({ pid, beganAt: beganAt(pid) })}\n`, { mode: 0o600 });
}

/** The child noted in the file, if that very process still lives; else null. */
export function readPidFile(path) {
  try {
    const noted = JSON.parse(readFileSync(path, 'utf8'));
    const began = Number.isInteger(noted.pid) ? beganAt(noted.pid) : null;
    return began !== null && began === noted.beganAt ? noted.pid : null;
  } catch {
    return null;
  }
}

/**
 * Ends what an earlier run left behind: a start that was killed where the kernel ties no child to its parent.
 *
 * @returns {Promise<number | null>} the pid that was ended
 */
export async function endLeftover(path) {
  const pid = readPidFile(path);
  if (pid !== null) {
    process.kill(pid, 'SIGKILL');
    for (let tries = 0; tries < 100 && readPidFile(path) !== null; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  rmSync(path, { force: true });
  return pid;
}
