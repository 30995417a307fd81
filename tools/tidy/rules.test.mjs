import { expect, test } from 'vitest';
import { checkRules } from './rules.mjs';
import { file, places } from './testing.mjs';

const spec = file(
  'packages/core/src/metering/SPEC.md',
  '# Metering\n- **METER-1** one\n| **METER-2** | two |\n',
);

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
