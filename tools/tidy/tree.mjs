import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.latido', 'coverage', 'test-results', 'public']);

/**
 * The files of a tree, read once: what every check looks at.
 *
 * @param {string} root
 * @returns {{ path: string, text: string }[]} paths relative to root, with slashes
 */
export function readTree(root) {
  const files = [];
  const walk = (folder) => {
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder).toSorted()) {
      if (NOT_OURS.has(name)) continue;
      const path = join(folder, name);
      if (statSync(path).isDirectory()) walk(path);
      else if (/\.(ts|tsx|mts|mjs|cjs|js|jsx|sql|md)$|^package\.json$/.test(name))
        files.push(read(root, path));
    }
  };
  for (const top of ['packages', 'apps', 'e2e', 'tools']) walk(join(root, top));
  return files;
}

function read(root, path) {
  return { path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') };
}

export const isSource = ({ path }) => /\.(ts|tsx|mts|mjs)$/.test(path) && !path.endsWith('.d.mts');
/** Tests, and what only tests import: `x.test.ts`, `x.story.ts`, `x.testing.ts`, `testing.ts`. */
export const isTest = ({ path }) => /(?:\.(?:test|story|testing)|\/testing)\.(?:ts|tsx|mjs)$/.test(path);

/** The line that an offset of a text lies on, from 1. */
export function lineAt(text, offset) {
  return text.slice(0, offset).split('\n').length;
}

/**
 * The text with comments blanked out (and strings too, if wished), each character kept in its place, so that offsets
 * stay true.
 *
 * @param {string} text
 * @param {{ strings?: boolean }} [options]
 */
export function withoutComments(text, { strings = false } = {}) {
  const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return text.replace(token, (found) => {
    const isString = !found.startsWith('/');
    return isString && !strings ? found : found.replace(/[^\n]/g, ' ');
  });
}

/**
 * What a file imports, with the line: `import … from`, `export … from`, `import('…')`.
 *
 * @returns {{ from: string, line: number }[]}
 */
export function importsOf({ text }) {
  const code = withoutComments(text);
  const pattern =
    /(?:^|[\n;])\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;
  return [...code.matchAll(pattern)].map((match) => {
    const from = match[1] ?? match[2];
    return { from, line: lineAt(code, match.index + match[0].length) };
  });
}
