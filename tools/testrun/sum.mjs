/**
 * `node tools/testrun/sum.mjs <log>`: adds up the count lines of the two runs in a log, prints the sum alone on the last
 * line, and fails when anything failed or a run ended without its line.
 */
import { readFileSync } from 'node:fs';
import { countsLine, noCounts, parseCountsLines, sumCounts } from './counts.mjs';

const RUNS = 2;
const found = parseCountsLines(readFileSync(process.argv[2], 'utf8'));
const sum = sumCounts(found);
if (found.length < RUNS) sum.failed += RUNS - found.length;
if (sum.failed > 0 || sum.passed === 0) process.exitCode = 1;
console.log(countsLine({ ...noCounts(), ...sum }));
