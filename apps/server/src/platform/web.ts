import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem } from './errors.ts';
import type { App } from './http.ts';

/** Where `npm start` builds the web app to. */
export const WEB_DIR = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

/** Paths that belong to programs: what is not found there is a problem+json, never the web app. */
const NOT_PAGES = /^\/(api|apps|app|broadcasting|pusher|socket\.io|docs|assets|healthz|readyz|metrics)(\/|$)/;

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Latido</title>
<body style="font:16px/1.5 system-ui;max-width:36rem;margin:15vh auto;padding:0 1rem">
<h1>The web app is not built</h1>
<p>The server runs. <code>npm start</code> builds the web app before it starts the server;
<code>npm run build -w apps/web</code> builds it now, and this page then shows it.</p>
<p>The API is described at <a href="/docs">/docs</a>.</p>`;

/** What nobody asks of a file that is kept for ever. */
const OF_NO_USE = ['etag', 'last-modified', 'accept-ranges', 'x-request-id', 'referrer-policy', 'connection'];

/** Serves the files of the web app, packed as the browser takes them; those with a hash in their name may be kept for ever. */
export async function registerWeb(app: App, dir = WEB_DIR): Promise<void> {
  await app.register(fastifyStatic, {
    root: dir,
    prefix: '/',
    index: 'index.html',
    wildcard: true,
    dotfiles: 'ignore',
    cacheControl: false,
    // The build lays a brotli and a gzip beside each file of text.
    preCompressed: true,
    schemaHide: true,
    suppressWarning: true,
    setHeaders: (reply, path) => {
      const isHashed = path.includes(`${sep}assets${sep}`);
      reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  // A page is forty files: what none of them needs, since they never change, would weigh as much as a tenth of its code.
  app.addHook('onSend', async (request, reply) => {
    if (!request.url.startsWith('/assets/') || reply.statusCode >= 400) return;
    for (const name of OF_NO_USE) {
      reply.removeHeader(name);
      reply.raw.removeHeader(name);
    }
  });
  const page = webFallback(dir);
  // To the files' plug-in this is a folder, and refused.
  app.get('/', { schema: { hide: true } }, page);
}

/** Answers what no route answers: the web app's page to a browser that opens an address, a problem to programs. */
export function webFallback(dir = WEB_DIR) {
  const index = join(dir, 'index.html');
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const path = request.url.split('?')[0] ?? '/';
    const isOpened = path === '/' || /text\/html/.test(request.headers.accept ?? '');
    const wantsPage = isOpened && ['GET', 'HEAD'].includes(request.method);
    if (!wantsPage || NOT_PAGES.test(path) || /\.\w{2,5}$/.test(path)) {
      throw problem('route.not_found', `There is no ${request.method} ${path}.`);
    }
    if (existsSync(index)) return await reply.sendFile('index.html', { cacheControl: false });
    return await reply.code(503).type('text/html').send(NOT_BUILT);
  };
}
