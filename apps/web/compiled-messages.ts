import { pathToFileURL } from 'node:url';
import compile from 'icu-minify/compile';
import type { Plugin } from 'vite';

type Texts = { readonly [key: string]: string | Texts };
type Compiled = { readonly [key: string]: unknown };

const MESSAGES = /\/src\/messages\/(en|es)\.ts$/;

const compiled = (texts: Texts): Compiled =>
  Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [
      key,
      typeof text === 'string' ? compile(text) : compiled(text),
    ]),
  );

/** Reads the texts of both languages at the build: what reads them (a parser of ICU messages) is left out of the bundle. */
export function compiledMessages(): Plugin {
  return {
    name: 'latido-compiled-messages',
    apply: 'build',
    enforce: 'pre',
    config: () => ({
      resolve: {
        alias: [{ find: /^use-intl\/format-message$/, replacement: 'use-intl/format-message/format-only' }],
      },
    }),
    async load(id) {
      if (!MESSAGES.test(id)) return null;
      const { default: texts } = (await import(pathToFileURL(id).href)) as { default: Texts };
      return `export default ${JSON.stringify(compiled(texts))};`;
    },
  };
}
