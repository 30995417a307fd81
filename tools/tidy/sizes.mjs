import { isSource, isTest, lineAt, withoutComments } from './tree.mjs';

const MAX_FILE_LINES = 400;
const MAX_FUNCTION_LINES = 70;

/** A function begins at a brace behind its head: `function f(…) {`, `(…) => {`, `method(…): Type {`. */
const HEAD =
  /(?:\bfunction\b[^{};]*|=>\s*|^\s+(?:async\s+)?(?!(?:if|for|while|switch|catch|else|do|try|return)\b)[\w#]+\([^;{}]*\)(?:\s*:\s*[^={};]+)?\s*)\{/gm;

/** Files over 400 and functions over 70 lines fail; tests' bodies are tables and stories, and only their files count. */
export function checkSizes(files) {
  const findings = [];
  for (const file of files.filter(isSource)) {
    const lines = linesOf(file.text);
    if (lines > MAX_FILE_LINES) {
      findings.push({
        path: file.path,
        line: MAX_FILE_LINES,
        says: `has ${lines} lines; expected at most ${MAX_FILE_LINES}`,
      });
    }
    if (isTest(file)) continue;
    for (const { line, length } of functionsOf(file.text)) {
      if (length <= MAX_FUNCTION_LINES) continue;
      findings.push({
        path: file.path,
        line,
        says: `a function of ${length} lines; expected at most ${MAX_FUNCTION_LINES}`,
      });
    }
  }
  return findings;
}

/** Median and 95th percentile of files and functions, for a person to read. */
export function describeSizes(files) {
  const sources = files.filter((file) => isSource(file) && !isTest(file));
  const fileLines = sources.map(({ text }) => linesOf(text));
  const functionLines = sources.flatMap(({ text }) => functionsOf(text).map(({ length }) => length));
  return `files: ${spread(fileLines)} lines · functions: ${spread(functionLines)} lines`;
}

function spread(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return `${sorted.length}, median ${at(0.5)}, p95 ${at(0.95)}, largest ${sorted.at(-1) ?? 0}`;
}

function linesOf(text) {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** Where functions begin and how many lines they have, by counting braces outside strings and comments. */
export function functionsOf(text) {
  const code = withoutComments(text, { strings: true });
  return [...code.matchAll(HEAD)].map((match) => {
    const open = match.index + match[0].length - 1;
    const line = lineAt(code, open);
    return { line, length: lineAt(code, closing(code, open)) - line + 1 };
  });
}

function closing(code, open) {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    if (code[at] === '{') depth += 1;
    if (code[at] === '}' && (depth -= 1) === 0) return at;
  }
  return code.length;
}
