import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isProgram, onPath, ROOT } from '../launch/path.mjs';
import { carriedChromium } from './carried-chromium.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];

const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The packages are the stories' own: they are looked up from there. */
const require = createRequire(join(ROOT, 'e2e', 'package.json'));

/**
 * A Chromium for tests: `CHROMIUM_PATH`, the machine's Chromium or Chrome, the one that npm carries (Linux x64), Playwright's own download.
 *
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ path: string, from: string } | null>}
 */
export async function findChromium({ env = process.env } = {}) {
  if (env.CHROMIUM_PATH) return { path: env.CHROMIUM_PATH, from: 'CHROMIUM_PATH' };
  for (const name of NAMES) {
    const path = onPath(name, env.PATH);
    if (path) return { path, from: 'the machine' };
  }
  const elsewhere = ELSEWHERE.find((path) => isProgram(path));
  if (elsewhere) return { path: elsewhere, from: 'the machine' };
  return (await carried()) ?? (await playwrights());
}

async function carried() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const path = await attempt(() => carriedChromium(require.resolve('@sparticuz/chromium')));
  return path && { path, from: "npm's @sparticuz/chromium" };
}

async function playwrights() {
  const path = await attempt(async () => {
    const { default: playwright } = await import(pathToFileURL(require.resolve('playwright-core')).href);
    return playwright.chromium.executablePath();
  });
  return path && existsSync(path) ? { path, from: "Playwright's download" } : null;
}

/** A package that is not installed, or does not run here, is simply not a way. */
async function attempt(find) {
  try {
    return await find();
  } catch {
    return null;
  }
}
