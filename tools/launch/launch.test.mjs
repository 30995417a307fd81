import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alone } from './alone.mjs';
import { endChild, exited, spawnTied } from './child.mjs';
import { beganAt, endLeftover, readPidFile, writePidFile } from './pidfile.mjs';
import { freePort, freePorts } from './ports.mjs';
import { wordsOfEnd } from './server.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latido-launch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const waiter = () => spawnTied(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });

describe('a server that is gone', () => {
  test('is told, unless somebody wanted it to end', () => {
    expect(wordsOfEnd({ code: null, signal: 'SIGKILL', asked: false })).toMatch(
      /was killed \(SIGKILL\).*memory.*npm start/,
    );
    expect(wordsOfEnd({ code: 1, signal: null, asked: false })).toMatch(/exit code 1/);
    expect(wordsOfEnd({ code: 0, signal: null, asked: false })).toBeNull();
    expect(wordsOfEnd({ code: null, signal: 'SIGTERM', asked: true })).toBeNull();
  });
});

describe('a child', () => {
  test('is ended, and asked about afterwards, without an error', async () => {
    const child = waiter();
    await new Promise((resolve) => child.once('spawn', resolve));
    await endChild(child);
    expect(child.signalCode).toBe('SIGTERM');
    await endChild(child);
    expect(await exited(child)).toEqual({ code: null, signal: 'SIGTERM' });
  });

  test.runIf(process.platform === 'linux')('does not outlive a parent that is killed', async () => {
    const script = `import { spawnTied } from ${JSON.stringify(import.meta.resolve('./child.mjs'))};
      const child = spawnTied(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      child.once('spawn', () => console.log(child.pid));`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    expect(beganAt(pid)).not.toBeNull();
    parent.kill('SIGKILL');
    await exited(parent);
    await expect.poll(() => beganAt(pid), { timeout: 5_000 }).toBeNull();
  });
});

describe.skipIf(process.platform === 'win32')('a pid file', () => {
  test('names its process as long as that lives, and ends it at the next start', async () => {
    const path = join(folder, 'x.pid');
    const child = waiter();
    await new Promise((resolve) => child.once('spawn', resolve));
    writePidFile(path, child.pid);
    expect(readPidFile(path)).toBe(child.pid);
    expect(await endLeftover(path)).toBe(child.pid);
    expect((await exited(child)).signal).toBe('SIGKILL');
    expect(await endLeftover(path)).toBeNull();
  });

  test('does not name another process that got the same pid', async () => {
    const path = join(folder, 'x.pid');
    writeFileSync(path, JSON.stringify({ pid: process.pid, beganAt: 'long ago' }));
    expect(readPidFile(path)).toBeNull();
    expect(await endLeftover(path)).toBeNull();
  });
});

describe.skipIf(process.platform === 'win32')('a program that is run to its end', () => {
  const script = (words) => `import { runToEnd } from ${JSON.stringify(import.meta.resolve('./run.mjs'))};
    await runToEnd('sh', ['-c', ${JSON.stringify(words)}], { label: 'x', log: () => {} });`;
  const run = (words) =>
    spawn(process.execPath, ['--input-type=module', '-e', script(words)], {
      stdio: ['ignore', 'inherit', 'pipe'],
    });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('ends with us by %s, and its own children too', async (signal, code) => {
    const noted = join(folder, 'pids');
    const parent = run(`sleep 60 & echo $! > ${noted}; wait`);
    await expect.poll(() => existsSync(noted) && readFileSync(noted, 'utf8').trim()).toBeTruthy();
    const grandchild = Number(readFileSync(noted, 'utf8'));
    parent.kill(signal);
    expect((await exited(parent)).code).toBe(code);
    await expect.poll(() => beganAt(grandchild), { timeout: 5_000 }).toBeNull();
  });

  test('says what it said when it fails', async () => {
    const parent = run('echo out of order; exit 3');
    let words = '';
    parent.stderr.on('data', (chunk) => (words += chunk));
    await new Promise((resolve) => parent.once('close', resolve));
    expect(words).toMatch(/sh ended with 3\.\nout of order/);
  });
});

describe('what is done alone', () => {
  test('is done by one after the other, also when the one before was killed', async () => {
    const path = join(folder, 'a.lock');
    writeFileSync(path, JSON.stringify({ pid: process.pid, beganAt: 'long ago' }));
    const order = [];
    const words = [];
    const one = (name) =>
      alone({ path, log: (line) => words.push(line) }, async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} ends`);
      });
    await Promise.all([one('first'), one('second')]);
    expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
    expect(words).toEqual([`Another start (pid ${process.pid}) installs or builds here: waiting for it.`]);
    await expect(alone({ path, log: () => {} }, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(existsSync(path)).toBe(false);
  });
});

describe('a free port', () => {
  test('is the preferred one unless that is taken', async () => {
    const [port] = await freePorts(1);
    expect(await freePort({ preferred: port })).toBe(port);
    const taker = createServer();
    await new Promise((resolve) => taker.listen(port, '127.0.0.1', resolve));
    const other = await freePort({ preferred: port });
    expect(other).not.toBe(port);
    expect(other).toBeLessThan(32_768);
    await new Promise((resolve) => taker.close(resolve));
  });

  test('is given once each', async () => {
    expect(new Set(await freePorts(10)).size).toBe(10);
  });
});
