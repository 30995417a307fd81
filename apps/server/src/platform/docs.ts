import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { ERRORS } from '@latido/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeApi } from './describe-api.ts';
import { DOCS_STYLE } from './docs-style.ts';
import type { App } from './http.ts';
import { SETTINGS } from './settings.ts';
import { VERSION } from './version.ts';

const { resolve } = createRequire(import.meta.url);
/** The viewer's files, as its package ships them; nothing is fetched from elsewhere. */
const FILES = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const;

/** Registers `/docs/openapi.json` (OpenAPI 3.1) and `/docs`, a page to read it in. */
export function registerDocs(app: App): void {
  const hidden = { schema: { hide: true } };
  app.get('/docs/openapi.json', hidden, () => openapi(app));
  app.get('/docs', hidden, async (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  app.get('/docs/start.js', hidden, async (_request, reply) =>
    reply.type(FILES['swagger-ui-bundle.js']).send(START),
  );
  app.get('/docs/style.css', hidden, async (_request, reply) =>
    reply.type(FILES['swagger-ui.css']).send(DOCS_STYLE),
  );
  for (const name of Object.keys(FILES) as (keyof typeof FILES)[])
    app.get(`/docs/${name}`, hidden, (request, reply) => sendFile(request, reply, name));
}

/** The description, completed. */
function openapi(app: App): object {
  return describeApi(structuredClone(app.swagger()));
}

/** Each is read and packed once. */
const packed = new Map<string, Promise<{ plain: Buffer; gzip: Buffer }>>();

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  name: keyof typeof FILES,
): Promise<FastifyReply> {
  const read = packed.get(name) ?? readAndPack(name);
  packed.set(name, read);
  const { plain, gzip } = await read;
  const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  void reply
    .type(FILES[name])
    .header('vary', 'accept-encoding')
    .header('cache-control', 'public, max-age=86400');
  if (!takesGzip) return await reply.send(plain);
  return await reply.header('content-encoding', 'gzip').send(gzip);
}

async function readAndPack(name: string): Promise<{ plain: Buffer; gzip: Buffer }> {
  const plain = await readFile(resolve(`swagger-ui-dist/${name}`));
  return { plain, gzip: gzipSync(plain) };
}

const START = `SwaggerUIBundle({
  url: '/docs/openapi.json', dom_id: '#api', deepLinking: false, docExpansion: 'list', filter: true,
  defaultModelsExpandDepth: -1, displayRequestDuration: true, validatorUrl: null, withCredentials: true,
  onComplete: () => {
    // Its parts outside of its own main landmark have no names.
    const name = (of, role, label) => {
      const found = document.querySelector(of);
      found?.setAttribute('role', role);
      found?.setAttribute('aria-label', label);
    };
    name('.scheme-container', 'region', 'Signing in');
    name('.filter', 'search', 'Operations');
  },
});
`;

const PAGE = page();

function page(): string {
  const errors = Object.entries(ERRORS).map(([code, { status, title, retry }]) => [
    `<code id="${code}">${code}</code>`,
    String(status),
    escaped(title),
    retry,
  ]);
  const settings = SETTINGS.map(({ key, standard, unit, doc }) => [
    `<code>${key}</code>`,
    escaped([standard, unit].filter(Boolean).join(' ')),
    escaped(doc),
  ]);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Latido API</title>
<link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/style.css"></head><body>
<header class="top"><a href="/">latido</a><nav aria-label="Docs"><a href="#api">API</a><a href="#errors">Errors</a>
<a href="#settings">Settings</a><a href="/docs/openapi.json">OpenAPI</a></nav></header>
<div class="page"><section aria-labelledby="title"><h1 id="title">Latido ${VERSION}</h1>
<p>Sign in by <code>POST /api/auth/sign-in/email</code>; the answer’s header <code>set-auth-token</code> is the bearer token.
A team’s backend sends an API key. Lists go on by <code>cursor</code>, money is whole coins, instants are ISO 8601 in UTC,
errors are <code>application/problem+json</code> with one of the codes below.</p>
<h2>Operations</h2></section>
<div id="api"></div>
<section aria-labelledby="errors"><h2 id="errors">Errors</h2>${table(['Code', 'Status', 'Title', 'Try again'], errors)}</section>
<section aria-labelledby="settings"><h2 id="settings">Settings</h2>${table(['Name', 'Default', 'Meaning'], settings)}</section></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>`;
}

function table(head: string[], rows: string[][]): string {
  const cells = (tag: string, row: string[]) => row.map((cell) => `<${tag}>${cell}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('');
  return `<div class="wide" tabindex="0"><table><tr>${cells('th', head)}</tr>${body}</table></div>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
