import compile from 'icu-minify/compile';
import type { Plugin } from 'vite';

const MESSAGES = /\/src\/messages\/(en|es)(\/[\w-]+)?\.ts$/;

interface Text {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The texts of a file: every string that is the value of a key. */
function textsIn(node: unknown): Text[] {
  if (Array.isArray(node)) return node.flatMap(textsIn);
  if (typeof node !== 'object' || node === null) return [];
  const { type, value } = node as { type?: string; value?: { type?: string; value?: unknown } & Text };
  if (type === 'Property' && value?.type === 'Literal' && typeof value.value === 'string')
    return [{ start: value.start, end: value.end, text: value.value }];
  return Object.values(node).flatMap(textsIn);
}

/** Reads the texts of both languages at the build: what reads them (a parser of ICU messages) is left out of the bundle. */
export function compiledMessages(): Plugin {
  return {
    name: 'latido-compiled-messages',
    apply: 'build',
    // After the types are gone.
    enforce: 'post',
    config: () => ({
      resolve: {
        alias: [{ find: /^use-intl\/format-message$/, replacement: 'use-intl/format-message/format-only' }],
      },
    }),
    transform(code, id) {
      if (!MESSAGES.test(id)) return null;
      const texts = textsIn(this.parse(code)).toSorted((a, b) => b.start - a.start);
      const compiled = texts.reduce(
        (rest, { start, end, text }) =>
          rest.slice(0, start) + JSON.stringify(compile(text)) + rest.slice(end),
        code,
      );
      return { code: compiled, map: null };
    },
  };
}
