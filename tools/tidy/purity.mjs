import { isSource, isTest, lineAt, withoutComments } from './tree.mjs';

const CLOCKS = /\bnew Date\(\s*\)|\bDate\.now\b|\bMath\.random\b|\bperformance\.now\b/g;

/** Core reads no clock and has no chance: both are arguments. And what we write in packages and apps is TypeScript. */
export function checkPurity(files) {
  const findings = [];
  for (const file of files) {
    if (/^(packages|apps)\/[^/]+\/src\/.*\.(js|jsx|mjs|cjs)$/.test(file.path)) {
      findings.push({ path: file.path, line: 1, says: 'is JavaScript; expected .ts or .tsx' });
    }
    if (!file.path.startsWith('packages/core/src/') || !isSource(file) || isTest(file)) continue;
    const code = withoutComments(file.text, { strings: true });
    for (const match of code.matchAll(CLOCKS)) {
      findings.push({
        path: file.path,
        line: lineAt(code, match.index),
        says: `core uses ${match[0]}; expected it as an argument`,
      });
    }
  }
  return findings;
}
