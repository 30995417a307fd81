import { readFileSync } from 'node:fs';

/**
 * Calls back once when the npm that started us is gone: killed with SIGKILL it cannot pass anything on, and we would
 * stay behind. Between npm and us there may be a shell, so that on Linux the shell's parent is watched as well.
 *
 * @returns {() => void} ends the watch
 */
export function onceNpmIsGone(callback, { everyMs = 500 } = {}) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return () => {};
  if (isOrphan()) {
    callback();
    return () => {};
  }
  const original = ancestry();
  const timer = setInterval(() => {
    if (ancestry() === original) return;
    clearInterval(timer);
    callback();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** npm was killed before we looked for the first time. In a container npm itself may be the first process. */
function isOrphan() {
  const npm = isShell(process.ppid) ? parentOf(process.ppid) : String(process.ppid);
  return npm === '1' && !/npm|node|yarn|bun|MainThread/.test(read('/proc/1/comm'));
}

function ancestry() {
  return `${process.ppid} ${isShell(process.ppid) ? parentOf(process.ppid) : ''}`;
}

function isShell(pid) {
  return /^(sh|dash|bash|busybox|ash|zsh)$/.test(read(`/proc/${pid}/comm`));
}

function parentOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
}

function read(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
