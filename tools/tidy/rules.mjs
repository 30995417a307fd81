import { isTest, lineAt } from './tree.mjs';

/** A rule is a list entry or a table row that starts with its number in bold: `- **METER-1** …`, `| **METER-1** | …`. */
const RULE = /^\s*(?:[-*]|\||\d+\.)\s*\*\*([A-Z]+-?\d+[a-z]?)\*\*/gm;

/** A title cites one or more rules, also in the tables of `test.each`: `'[METER-1] …'`, `'[METER-1, METER-2] …'`. */
const CITED = /['"`]\[([A-Z]+-?\d+[a-z]?(?:[\s,]+[A-Z]+-?\d+[a-z]?)*)\]/g;

const BARE = /['"`]([A-Z]+-\d+[a-z]?(?:[\s,]+[A-Z]+-\d+[a-z]?)*)['"`]/g;

/**
 * Every rule of core's SPEC.md files has a test whose title begins with its number; and a number in a title whose word
 * (METER in METER-1) a SPEC.md uses is one that a SPEC.md defines. Words that no SPEC.md uses are a module's own
 * numbering of its tests: a wire has no rules to decide.
 */
export function checkRules(files) {
  const rules = definedRules(files);
  const cited = citedNumbers(files);
  const words = new Set([...rules.keys()].map(wordOf));
  const unknown = new Map([...cited].filter(([number]) => words.has(wordOf(number))));
  return [
    ...missing(rules, cited, (number) => `no test's title begins with [${number}]`),
    ...missing(unknown, rules, (number) => `no SPEC.md of core defines the rule ${number}`),
  ];
}

function definedRules(files) {
  const rules = new Map();
  for (const file of files.filter(({ path }) => /^packages\/core\/src\/[^/]+\/SPEC\.md$/.test(path))) {
    for (const match of file.text.matchAll(RULE)) {
      rules.set(match[1], { path: file.path, line: lineAt(file.text, match.index) });
    }
  }
  return rules;
}

function citedNumbers(files) {
  const cited = new Map();
  for (const file of files.filter((each) => isTest(each) && !each.path.startsWith('tools/'))) {
    // A table of cases may carry the numbers: test.each([['METER-1', …]])('[%s] …').
    const patterns = /['"`]\[%s\]/.test(file.text) ? [CITED, BARE] : [CITED];
    for (const match of patterns.flatMap((pattern) => [...file.text.matchAll(pattern)])) {
      const at = { path: file.path, line: lineAt(file.text, match.index) };
      for (const number of match[1].split(/[\s,]+/)) cited.set(number, at);
    }
  }
  return cited;
}

function wordOf(number) {
  return /^[A-Z]+/.exec(number)[0];
}

function missing(wanted, present, says) {
  const absent = [...wanted].filter(([number]) => !present.has(number));
  return absent.map(([number, at]) => ({ ...at, says: says(number) }));
}
