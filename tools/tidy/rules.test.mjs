import { expect, test } from 'vitest';
import { checkRules } from './rules.mjs';
import { file, places } from './testing.mjs';

const spec = file('packages/core/src/metering/SPEC.md', '# Metering\n- **METER-1** one\n- **METER-2** two\n');

test('a rule without a test and a number without a rule are found', () => {
  const tests = file(
    'packages/core/src/metering/a.test.ts',
    "test('[METER-1] costs', () => {});\ntest('[METER-9] x', f);\n",
  );
  expect(places(checkRules([spec, tests]))).toEqual([
    'packages/core/src/metering/SPEC.md:3',
    'packages/core/src/metering/a.test.ts:2',
  ]);
});

test('one title may cite two rules, and a table of cases counts; words that no SPEC uses are left alone', () => {
  const tests = file(
    'apps/server/src/metering/a.test.ts',
    "test.each([['a', 1]])('[METER-1, METER-2] %s', f);\ntest('[PUSHER-7] wire', f);\n",
  );
  expect(checkRules([spec, tests])).toEqual([]);
});

test('the numbers may stand in a table of cases whose title is [%s]', () => {
  const text = "test.each([['METER-1', 1], ['METER-2', 2]])('[%s] costs', f);\n";
  expect(checkRules([spec, file('packages/core/src/metering/a.test.ts', text)])).toEqual([]);
});

test('a row that is written in another form is found, an example that names a rule later is not', () => {
  const forms =
    '| METER-1 | one |\n| **METER-2** | two |\n* METER-3 x\n- **METER-4**: y\n| 5 s | see METER-1 |\n';
  const odd = file('packages/core/src/metering/SPEC.md', forms);
  const says = checkRules([odd]).filter((each) => each.says.includes('not read'));
  expect(places(says)).toEqual([1, 2, 3, 4].map((line) => `packages/core/src/metering/SPEC.md:${line}`));
});

test('numbers with a letter are rules too', () => {
  const presence = file('packages/core/src/presence/SPEC.md', '- **PRES-F3** three\n- **PRES-R1** one\n');
  const tests = file('packages/core/src/presence/a.test.ts', "test('[PRES-F3] x', f);\n");
  expect(places(checkRules([presence, tests]))).toEqual(['packages/core/src/presence/SPEC.md:2']);
});

test('a number that a title puts together is found', () => {
  const text = "test.each([['F3', 1]])('[PRES-%s] x', f);\ntest(`[PRES-${id}] y`, f);\n";
  const path = 'packages/core/src/presence/a.test.ts';
  expect(places(checkRules([file(path, text)]))).toEqual([`${path}:1`, `${path}:2`]);
});
