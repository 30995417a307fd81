import { describe, expect, test } from 'vitest';
import { countsLine, countsOfReport, parseCountsLines, sumCounts } from './counts.mjs';

const file = (status, ...statuses) => ({
  status,
  assertionResults: statuses.map((each, i) => ({ status: each, fullName: `t${i} ${each}` })),
});

describe('counts', () => {
  test('each test counts once, and what was skipped keeps its name', () => {
    const report = {
      testResults: [file('failed', 'passed', 'failed'), file('passed', 'passed', 'pending', 'todo')],
    };
    expect(countsOfReport(report, 1)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 2,
      skippedNames: ['t1 pending', 't2 todo'],
    });
  });

  test('a file that could not be loaded is a failure', () => {
    expect(countsOfReport({ testResults: [file('failed')] }, 1).failed).toBe(1);
  });

  test('an exit code without a failed test, or no report at all, is a failure', () => {
    expect(countsOfReport({ testResults: [file('passed', 'passed')] }, 1).failed).toBe(1);
    expect(countsOfReport(null, 137).failed).toBe(1);
    expect(countsOfReport(null, null).failed).toBe(1);
  });

  test('the line names skipped tests only when there are any, and is read back', () => {
    const sum = sumCounts([
      { passed: 2, failed: 0, skipped: 0, skippedNames: [] },
      { passed: 1, failed: 1, skipped: 1, skippedNames: ['x'] },
    ]);
    expect(countsLine(sum)).toBe('3 passed, 1 failed, 1 skipped');
    expect(countsLine({ ...sum, skipped: 0 })).toBe('3 passed, 1 failed');
    const read = parseCountsLines(`noise\n7 passed, 0 failed\n  3 passed, 1 failed\n${countsLine(sum)}\nend`);
    expect(read).toMatchObject([{ passed: 7 }, { passed: 3, failed: 1, skipped: 1 }]);
  });
});
