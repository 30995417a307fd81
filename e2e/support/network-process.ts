import { readdirSync, readFileSync } from 'node:fs';

const NETWORK = '--utility-sub-type=network.mojom.NetworkService';

/**
 * The process through which everything of a browser goes to the network, media too. Stopped (SIGSTOP) it is a cable that was
 * pulled: no socket closes, nothing comes or goes; SIGCONT heals it. Linux only.
 */
export function networkProcessOf(browserPid: number): number {
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      if (command.includes(NETWORK) && isBelow(Number(name), browserPid)) return Number(name);
    } catch {
      // It ended while we looked.
    }
  }
  throw new Error(`the browser ${browserPid} has no network process of its own`);
}

function isBelow(pid: number, ancestor: number): boolean {
  for (let at = pid; at > 1; at = parentOf(at)) if (at === ancestor) return true;
  return false;
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}
