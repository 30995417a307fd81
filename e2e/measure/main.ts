/**
 * `npm run faults`: how soon a page tells what happened to the other one, beside LiveKit's own word in the same runs.
 *
 * `npm run faults -- [--times 5] [part of a cause's name …]`
 */
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { setStage } from '../support/stage.ts';
import { stores } from '../support/store.ts';
import { CAUSES, type Measured } from './causes.ts';
import { People } from './people.ts';
import { tableOf, type Row } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: 'string', default: '5' } },
});
const times = Number(values.times);
const causes = CAUSES.filter(
  ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
);
if (!Number.isInteger(times) || times < 1 || causes.length === 0) {
  console.error(
    `--times takes a number from 1 on; the causes are: ${CAUSES.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(1);
}

const [embedded] = stores();
const stage = await setStage(embedded!);
const people = new People(stage);
const rows: Row[] = [];
try {
  for (const cause of causes) {
    const runs: Measured[] = [];
    for (let n = 0; n < times; n += 1) {
      try {
        const measured = await cause.run({ stage, people });
        runs.push(measured);
        console.log(`${cause.name} ${n + 1}/${times}: ${JSON.stringify(measured)}`);
      } catch (error) {
        console.error(`${cause.name} ${n + 1}/${times}: ${String(error)}`);
        process.exitCode = 1;
        await people.close();
      }
    }
    rows.push({ name: cause.name, runs });
  }
} finally {
  await people.close();
  await stage.close();
}
const [cpu] = cpus();
console.log(
  `\n${times} runs each on ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB\n`,
);
console.log(tableOf(rows));
