import { ERRORS } from '@latido/protocol';
import type { App } from './http.ts';
import { SETTINGS } from './settings.ts';
import { VERSION } from './version.ts';

interface Operation {
  summary?: string;
  description?: string;
}

/** Registers `/docs/openapi.json` (OpenAPI 3.1) and `/docs`, a page for people that needs nothing from elsewhere. */
export function registerDocs(app: App): void {
  app.get('/docs/openapi.json', { schema: { hide: true } }, () => app.swagger());
  app.get('/docs', { schema: { hide: true } }, async (_request, reply) => {
    return await reply.type('text/html; charset=utf-8').send(page(app.swagger().paths ?? {}));
  });
}

function page(paths: Record<string, unknown>): string {
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations as Record<string, Operation>).map(([method, { summary, description }]) => [
      `<code>${method.toUpperCase()} ${escaped(path)}</code>`,
      escaped(summary ?? description ?? ''),
    ]),
  );
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
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Latido's API</title><link rel="icon" href="/favicon.svg"><style>${STYLE}</style><main><h1>Latido ${VERSION}</h1>
<p>OpenAPI 3.1: <a href="/docs/openapi.json">/docs/openapi.json</a>. Sign in by <code>POST /api/auth/sign-in/email</code>;
the answer's header <code>set-auth-token</code> is the bearer token. Errors are <code>application/problem+json</code>.</p>
<h2>Routes</h2>${table(['Route', 'What it does'], routes)}
<h2>Errors</h2>${table(['Code', 'Status', 'Title', 'Try again'], errors)}
<h2>Settings</h2>${table(['Name', 'Default', 'Meaning'], settings)}</main></html>`;
}

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}
code{overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem .3rem 0;vertical-align:top;
border-bottom:1px solid color-mix(in srgb,currentColor 15%,transparent)}:target{outline:2px solid}`;

function table(head: string[], rows: string[][]): string {
  const cells = (tag: string, row: string[]) => row.map((cell) => `<${tag}>${cell}</${tag}>`).join('');
  return `<table><tr>${cells('th', head)}</tr>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('')}</table>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
