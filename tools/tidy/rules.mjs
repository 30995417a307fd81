import { isTest, lineAt } from './tree.mjs';

/** The one form of a rule in a SPEC.md: a list entry that begins with its number in bold, `- **METER-1** …`. */
const RULE = /^- \*\*([A-Z]+-[A-Z]?\d+)\*\* /gm;

/** A line that begins with a number as a rule does, in whatever form: what RULE does not read there is lost to us. */
const LIKE_A_RULE = /^[\s|>*_`\-+#.\d)]*\[?[A-Z]{2,}-[A-Z]?\d+[a-z]?\b(?!…).*$/gm;

/** A title cites one or more rules, also in the tables of `test.each`: `'[METER-1] …'`, `'[METER-1, METER-2] …'`. */
const CITED = /['"`]\[([A-Z]+-[A-Z]?\d+(?:[\s,]+[A-Z]+-[A-Z]?\d+)*)\]/g;

const BARE = /['"`]([A-Z]+-[A-Z]?\d+(?:[\s,]+[A-Z]+-[A-Z]?\d+)*)['"`]/g;

/** A number put together from pieces, `'[PRES-%s] …'`: nobody who looks for PRES-F3 finds that test. */
const SPLIT = /['"`]\[[A-Z]+-?[A-Z]?(?:%[a-z]|\$\{?)/g;

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
    ...unreadable(files),
    ...splitNumbers(files),
    ...twice(files),
    ...missing(rules, cited, (number) => `no test's title begins with [${number}]`),
    ...missing(unknown, rules, (number) => `no SPEC.md of core defines the rule ${number}`),
  ];
}

/** A number names one rule: two developers who take the next free one at the same time give it twice. */
function twice(files) {
  return files.filter(isSpec).flatMap(({ path, text }) => {
    const seen = new Set();
    return [...text.matchAll(RULE)]
      .filter(([, number]) => seen.size === seen.add(number).size)
      .map(({ 1: number, index }) => ({
        path,
        line: lineAt(text, index),
        says: `${number} is the number of an earlier rule`,
      }));
  });
}

const isSpec = ({ path }) => /^packages\/core\/src\/[^/]+\/SPEC\.md$/.test(path);
const isTestOfOurs = (file) => isTest(file) && !file.path.startsWith('tools/');

function unreadable(files) {
  return findAll(files.filter(isSpec), LIKE_A_RULE)
    .filter(({ text }) => !text.match(RULE))
    .map(({ path, line }) => ({
      path,
      line,
      says: 'a rule is written `- **WORD-1** …`: this row is not read',
    }));
}

function splitNumbers(files) {
  return findAll(files.filter(isTestOfOurs), SPLIT).map(({ path, line }) => ({
    path,
    line,
    says: 'the number of a rule stands whole in a title or a table, so that a search finds it',
  }));
}

function findAll(files, pattern) {
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map((match) => ({
      path,
      line: lineAt(text, match.index + match[0].search(/\S/)),
      text: match[0],
    })),
  );
}

function definedRules(files) {
  const rules = new Map();
  for (const file of files.filter(isSpec)) {
    for (const match of file.text.matchAll(RULE)) {
      rules.set(match[1], { path: file.path, line: lineAt(file.text, match.index) });
    }
  }
  return rules;
}

function citedNumbers(files) {
  const cited = new Map();
  for (const file of files.filter(isTestOfOurs)) {
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
