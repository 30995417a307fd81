#!/usr/bin/env node
/**
 * `npm test`: installs what is missing, then the checks, the tests on both databases, and the stories in a real browser
 * on a real LiveKit. The last line is `N passed, N failed`, and `, N skipped` when the machine lacks something.
 *
 * `npm test -- --only checks|unit|stories [part of a file's name …]`
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './launch/install.mjs';
import { ROOT } from './launch/path.mjs';
import { ensureWebBuilt } from './launch/web.mjs';
import { CHECKS } from './testrun/checks.mjs';
import { countsLine, noCounts, sumCounts } from './testrun/counts.mjs';
import { openResources } from './testrun/resources.mjs';
import { endRunning, runCheck, runVitest } from './testrun/run.mjs';

const log = (line) => console.log(line);
const { only, filters } = parseArguments(process.argv.slice(2));
const wanted = (part) => only === null || only === part;
/** In CI nothing may be missing. Redis alone may: npm carries none, and the machine may have no package manager. */
const strict = Boolean(process.env.CI) && process.env.CI !== 'false';

let close = async () => {};
let opening = Promise.resolve(null);
const gaveUp = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void interrupt());

try {
  await ensureInstalled({ log });
  const parts = [];
  if (wanted('checks') && filters.length === 0) parts.push(...(await runChecks()));
  if (wanted('unit') || wanted('stories')) parts.push(...(await runTests()));
  finish(sumCounts(parts));
} catch (error) {
  if (!gaveUp.signal.aborted) console.error(error.stack ?? error.message);
  finish({ ...noCounts(), failed: 1 });
} finally {
  await close();
}

async function runChecks() {
  log('Checks');
  const parts = [];
  for (const check of CHECKS) parts.push(await runCheck(check, log));
  return parts;
}

async function runTests() {
  log('What the tests need');
  const stories = wanted('stories') ? storyFiles() : [];
  opening = openResources({ log, stories: stories.length > 0, signal: gaveUp.signal });
  const resources = await opening;
  close = resources.close;
  const parts = resources.missing.map(countMissing);
  if (wanted('unit')) {
    log('Tests');
    const args = filters.length > 0 ? ['--passWithNoTests'] : [];
    parts.push(await runFiles(args, resources));
  }
  if (stories.length > 0) parts.push(await runStories(stories, resources));
  return parts;
}

async function runStories(stories, { env, missing }) {
  const lacks = missing
    .filter(({ name }) => name === 'Chromium' || name === 'LiveKit')
    .map(({ name }) => name);
  if (lacks.length > 0) {
    log(`Stories: skipped, there is no ${lacks.join(' and no ')}`);
    return judge({ ...noCounts(), skipped: stories.length, skippedNames: stories }, missing);
  }
  await ensureWebBuilt({ log });
  log('Stories');
  return runFiles(['--config', 'e2e/vitest.config.ts'], { env, missing });
}

async function runFiles(args, { env, missing }) {
  return judge(await runVitest({ args, files: filters, env, again: strict }, log), missing);
}

function storyFiles() {
  const names = readdirSync(join(ROOT, 'e2e')).filter((name) => name.endsWith('.story.ts'));
  return names.filter(
    (name) => filters.length === 0 || filters.some((filter) => `e2e/${name}`.includes(filter)),
  );
}

function countMissing({ name, reason }) {
  log(`  skipped: ${name} (${reason})`);
  const counts = noCounts();
  if (strict && name !== 'Redis') counts.failed = 1;
  else counts.skipped = 1;
  return counts;
}

/** What was skipped is named; where nothing may be skipped, it failed. */
function judge(counts, missing) {
  for (const name of counts.skippedNames) log(`  skipped: ${name}`);
  if (!strict) return counts;
  const redisIsMissing = missing.some(({ name }) => name === 'Redis');
  const excused = counts.skippedNames.filter((name) => redisIsMissing && /redis/i.test(name)).length;
  return { ...counts, skipped: excused, failed: counts.failed + counts.skipped - excused };
}

function finish(counts) {
  const nothing = counts.passed === 0 && counts.failed === 0;
  if (counts.failed > 0 || nothing) process.exitCode = 1;
  if (!gaveUp.signal.aborted) log(countsLine(counts));
}

/** Ctrl-C: ends what runs and what was started for it. What we miss in these moments dies with us. */
async function interrupt() {
  if (gaveUp.signal.aborted) return;
  gaveUp.abort();
  await endRunning();
  const opened = await opening.catch(() => null);
  await (opened?.close ?? close)();
  log('Interrupted.');
  process.exit(130);
}

function parseArguments(args) {
  const at = args.indexOf('--only');
  const which = at < 0 ? null : args[at + 1];
  if (at >= 0 && !['checks', 'unit', 'stories'].includes(which)) {
    console.error('--only takes checks, unit or stories.');
    process.exit(1);
  }
  const rest = at < 0 ? args : args.toSpliced(at, 2);
  return { only: which, filters: rest };
}
