import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { endChild, exited, spawnTied } from '../launch/child.mjs';
import { nodeForSources, ROOT } from '../launch/path.mjs';
import { withProgress } from '../launch/progress.mjs';
import { countsOfReport, noCounts } from './counts.mjs';
import { filesToLookAtAgain, withSecondLook } from './second-look.mjs';

/** What runs now, so that an interruption can end it. */
const running = new Set();

/** Ends whatever runs now. */
export async function endRunning() {
  await Promise.all([...running].map((child) => endChild(child)));
}

/**
 * Runs one of our programs under Node 24, whichever Node the shell has.
 *
 * @param {string[]} args of node, the first one a file of a package
 */
function runNode(args, { env = {}, quiet = false } = {}) {
  const node = nodeForSources();
  const path = [join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const child = spawnTied(node, args, {
    cwd: ROOT,
    // CI=true makes some tools paint a log that is read as text.
    env: { ...process.env, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }), PATH: path, ...env },
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  });
  running.add(child);
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (words += chunk));
  const ended = exited(child).then(({ code }) => {
    running.delete(child);
    return { code, words };
  });
  return ended;
}

/**
 * One check: a program that must end with 0. What it says is shown only if it does not.
 *
 * @param {{ name: string, args: string[] }} check
 */
export async function runCheck({ name, args }, log) {
  const beganAt = Date.now();
  const { code, words } = await withProgress({ log, label: `  ${name} …`, everyMs: 15_000 }, () =>
    runNode(args, { quiet: true }),
  );
  const counts = noCounts();
  const took = `${((Date.now() - beganAt) / 1_000).toFixed(1)} s`;
  if (code === 0) {
    counts.passed = 1;
    log(`  ok      ${name} (${took})`);
  } else {
    counts.failed = 1;
    log(`  FAILED  ${name} (${took}), exit code ${code}\n${words.trim()}`);
  }
  return counts;
}

/**
 * vitest with its own output shown, counted by its report.
 *
 * @param {{ args: string[], files: string[], env: object, again: boolean }} run `files` are parts of names, none for all;
 *   with `again`, what failed is looked at once more
 */
export async function runVitest({ args, files, env, again }, log) {
  const first = await oneRun({ args: [...args, ...files], env });
  const failed = again ? filesToLookAtAgain(first.report) : [];
  if (failed.length === 0) return countsOfReport(first.report, first.code);
  log(`Once more, alone: ${failed.map((name) => relative(ROOT, name)).join(', ')}`);
  const second = await oneRun({ args: [...args, ...failed], env });
  const { report, unsteady } = withSecondLook(first.report, second.report);
  for (const name of unsteady) log(`  unsteady: ${name} (failed, then passed alone)`);
  return countsOfReport(report, second.code);
}

async function oneRun({ args, env }) {
  const folder = mkdtempSync(join(tmpdir(), 'latido-vitest-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  try {
    const { code } = await runNode(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args], { env });
    return { code, report: read(report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
