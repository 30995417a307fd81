#!/usr/bin/env node
/**
 * `node examples/plain-html/serve.mjs`: serves the page beside this file, and the modules that its import map names as npm
 * installed them. In production any web server does that, with the modules bundled or not.
 */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const { LATIDO_URL = 'http://localhost:3000', PORT = '8080' } = process.env;
const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = new Set(['/index.html', '/call.js']);
const MODULES = ['@latido/client/dist/', '@latido/protocol/dist/', 'livekit-client/dist/', 'zod/'].map(normalize);
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript' };

/** Where a path of the page lies on the disk; null where nothing is served. */
function fileOf(path) {
  if (PAGES.has(path)) return join(HERE, path);
  const module = normalize(path.replace(/^\/npm\//, ''));
  const isServed = path.startsWith('/npm/') && MODULES.some((folder) => module.startsWith(folder));
  return isServed && extname(module) in TYPES ? join(ROOT, 'node_modules', module.split(sep).join('/')) : null;
}

const latido = new URL(LATIDO_URL).origin;

async function bodyOf(file) {
  const body = await readFile(file);
  return extname(file) === '.html' ? body.toString().replace('content="http://localhost:3000"', `content="${latido}"`) : body;
}

const server = createServer(async ({ url = '/' }, response) => {
  const [pathname] = url.split('?');
  const file = fileOf(pathname === '/' ? '/index.html' : pathname);
  const body = file && (await bodyOf(file).catch(() => null));
  if (!body) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('Nothing is here.');
  response.writeHead(200, { 'content-type': TYPES[extname(file)], 'cache-control': 'no-cache' }).end(body);
});

// The SDK as npm would bring it: its JavaScript, made from the sources if they changed.
const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
const built = spawnSync(process.execPath, [tsc, '-b', join(ROOT, 'packages/client')], { stdio: 'inherit' });
if (built.status !== 0) process.exit(1);

server.listen(Number(PORT), 'localhost', () => {
  const page = `http://localhost:${server.address().port}`;
  console.log(`Open ${page}. Latido is asked at ${latido}; it must be started with LATIDO_ORIGINS=${page}.`);
});
