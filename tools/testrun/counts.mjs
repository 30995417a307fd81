/**
 * @typedef {{ passed: number, failed: number, skipped: number, skippedNames: string[] }} Counts
 */

/** Nothing counted yet. */
export function noCounts() {
  return { passed: 0, failed: 0, skipped: 0, skippedNames: [] };
}

/** The sum of several. @param {Counts[]} list @returns {Counts} */
export function sumCounts(list) {
  const sum = noCounts();
  for (const each of list) {
    sum.passed += each.passed;
    sum.failed += each.failed;
    sum.skipped += each.skipped;
    sum.skippedNames.push(...each.skippedNames);
  }
  return sum;
}

/**
 * What vitest's JSON report says, in tests. A file that could not even be loaded, an error outside every test and a
 * report that is not there count as one failure each: none of them may look like success.
 *
 * @param {object | null} report
 * @param {number | null} exitCode vitest's
 * @returns {Counts}
 */
export function countsOfReport(report, exitCode) {
  const counts = noCounts();
  for (const file of report?.testResults ?? []) {
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
      counts.failed += 1;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') counts.failed += 1;
      else {
        counts.skipped += 1;
        counts.skippedNames.push(test.fullName);
      }
    }
  }
  if (exitCode !== 0 && counts.failed === 0) counts.failed += 1;
  return counts;
}

/** The last line of a run, which scripts read. @param {Counts} counts */
export function countsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** The numbers of every such line in a text, in order. @param {string} text @returns {Counts[]} */
export function parseCountsLines(text) {
  const lines = text.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm);
  return [...lines].map(([, passed, failed, skipped]) => ({
    passed: Number(passed),
    failed: Number(failed),
    skipped: Number(skipped ?? 0),
    skippedNames: [],
  }));
}
