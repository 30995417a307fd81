#!/usr/bin/env node
/**
 * `npm run pictures`: every page and state in English and Spanish, light and dark, on a desk, a phone and a phone on its
 * side, by the stories that walk through them, into test-results/pictures; `index.html` there shows them all.
 *
 * `npm run pictures -- --keep` also makes those of the docs anew (docs/screenshots, as WebP): look at each before you
 * commit it. `--only keep` makes them from pictures that were taken before.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ROOT } from './launch/path.mjs';
import { findChromium } from './testing/index.mjs';

const FOLDER = 'test-results/pictures';
const KEPT_IN = join(ROOT, 'docs/screenshots');
const STORIES = ['screens', 'accessibility', 'phone', 'gallery'];
/** What the docs show, by the name there and the name of the picture. */
const KEPT = {
  'call-live': 'call-live',
  'call-live-es': 'call-live-es',
  'call-live-phone-es': 'call-live-phone-es',
  'call-side-es': 'phone-live-side',
  'call-reconnecting-es': 'call-reconnecting-es',
  prejoin: 'video-prejoin',
  summary: 'summary',
  receipt: 'attendance',
  'history-phone-es': 'phone-history',
  'admin-live-dark': 'admin-live-dark',
};
const QUALITY = 0.82;

const onlyKeep = process.argv.includes('keep');
if (!onlyKeep) take();
index();
if (onlyKeep || process.argv.includes('--keep')) await keep();

function take() {
  rmSync(join(ROOT, FOLDER), { recursive: true, force: true });
  const args = [join(ROOT, 'tools/test.mjs'), '--only', 'stories', ...STORIES];
  const env = { ...process.env, LATIDO_SCREENSHOTS: FOLDER };
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env });
  process.exitCode = status ?? 1;
}

/** All of them on one page, those of one state side by side. */
function index() {
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  const names = readdirSync(join(ROOT, FOLDER)).filter((name) => name.endsWith('.png'));
  const states = Object.groupBy(names.toSorted(), (name) => name.split('.')[0]);
  const figures = (list) =>
    list.map((name) => `<figure><img loading="lazy" src="${name}"><figcaption>${name}</figcaption></figure>`);
  const sections = Object.entries(states).map(
    ([state, list]) => `<h2>${state}</h2><div>${figures(list).join('')}</div>`,
  );
  const style =
    'body{font:13px sans-serif;background:#ddd}div{display:flex;flex-wrap:wrap;gap:8px}figure{margin:0;width:320px}img{width:100%}';
  writeFileSync(
    join(ROOT, FOLDER, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>Latido, every page</title><style>${style}</style>${sections.join('')}`,
  );
  console.log(`${names.length} pictures: ${FOLDER}/index.html`);
}

/** Chromium writes WebP itself: no program more for it. */
async function keep() {
  const found = await findChromium();
  if (!found) throw new Error('no Chromium: set CHROMIUM_PATH or install chromium');
  const browser = await chromium.launch({ executablePath: found.path, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  let bytes = 0;
  for (const [name, from] of Object.entries(KEPT)) {
    const png = readFileSync(join(ROOT, FOLDER, `${from}.png`)).toString('base64');
    const webp = Buffer.from(await page.evaluate(asWebp, { png, quality: QUALITY }), 'base64');
    writeFileSync(join(KEPT_IN, `${name}.webp`), webp);
    bytes += webp.length;
  }
  await browser.close();
  console.log(`${Object.keys(KEPT).length} kept in docs/screenshots, ${Math.round(bytes / 1_000)} kB`);
}

/** Runs in the browser. */
async function asWebp({ png, quality }) {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  canvas.getContext('2d').drawImage(image, 0, 0);
  return canvas.toDataURL('image/webp', quality).split(',')[1];
}
