/**
 * In CI, a file of tests that failed is run once more, alone. A fault of the product fails twice; what passes then hung on
 * the machine, is counted as it ended, and is named as unsteady in the log: that is a fault too, of the test or of the
 * product, to be mended before the next one hides behind it.
 */

/** With more failed files than this, something is broken, and a second look would only take time. */
export const MOST_FILES = 4;

/** The files to look at again, by their paths; none when the run failed outside of any file. @param {object | null} report */
export function filesToLookAtAgain(report) {
  const failed = (report?.testResults ?? []).filter(({ status }) => status === 'failed');
  return failed.length <= MOST_FILES ? failed.map(({ name }) => name) : [];
}

/**
 * The first report with what the second look saw in the place of the same files, and the tests that failed only at first.
 *
 * @param {object} first
 * @param {object | null} second null when the second run said nothing: then the first one holds
 * @returns {{ report: object, unsteady: string[] }}
 */
export function withSecondLook(first, second) {
  const anew = new Map((second?.testResults ?? []).map((file) => [file.name, file]));
  const unsteady = first.testResults.flatMap((file) => {
    if (anew.get(file.name)?.status !== 'passed') return [];
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    return failed.length > 0 ? failed.map(({ fullName }) => fullName) : [file.name];
  });
  return { report: { testResults: first.testResults.map((file) => anew.get(file.name) ?? file) }, unsteady };
}
