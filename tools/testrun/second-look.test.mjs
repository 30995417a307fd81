import { describe, expect, test } from 'vitest';
import { countsOfReport } from './counts.mjs';
import { filesToLookAtAgain, MOST_FILES, withSecondLook } from './second-look.mjs';

const file = (name, ...statuses) => ({
  name,
  status: statuses.every((each) => each === 'passed') && statuses.length > 0 ? 'passed' : 'failed',
  assertionResults: statuses.map((status, i) => ({ status, fullName: `${name} t${i}` })),
});
const first = { testResults: [file('a', 'passed', 'failed'), file('b', 'passed'), file('c')] };

describe('a second look at what failed', () => {
  test('files that failed are looked at again, those that could not be loaded as well', () => {
    expect(filesToLookAtAgain(first)).toEqual(['a', 'c']);
    expect(filesToLookAtAgain({ testResults: [file('b', 'passed')] })).toEqual([]);
    expect(filesToLookAtAgain(null)).toEqual([]);
  });

  test('where much failed, nothing is', () => {
    const testResults = Array.from({ length: MOST_FILES + 1 }, (_, i) => file(`f${i}`, 'failed'));
    expect(filesToLookAtAgain({ testResults })).toEqual([]);
  });

  test('what passes then counts as passed and is named, what fails twice stays a failure', () => {
    const second = { testResults: [file('a', 'passed', 'passed'), file('c', 'failed')] };
    const { report, unsteady } = withSecondLook(first, second);
    expect(unsteady).toEqual(['a t1']);
    expect(countsOfReport(report, 1)).toMatchObject({ passed: 3, failed: 1 });
  });

  test('a second run that says nothing changes nothing', () => {
    for (const second of [null, { testResults: [] }]) {
      const { report, unsteady } = withSecondLook(first, second);
      expect(unsteady).toEqual([]);
      expect(countsOfReport(report, 1)).toEqual(countsOfReport(first, 1));
    }
  });
});
