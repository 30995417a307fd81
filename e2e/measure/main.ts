/**
 * `npm run faults`: how soon a page tells what happened to the other one, beside LiveKit's own word in the same runs.
 *
 * `npm run faults -- [--times 5] [part of a cause's name …]`
 */
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { setStage } from '../support/stage.ts';
import { stores } from '../support/store.ts';
import { CAUSES, type Measured } from './causes.ts';
import { startUdpRelay } from '../support/udp-relay.ts';
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
const relay = await startUdpRelay(stage.media.udpPort);
const people = new People(stage, relay);
const rows: Row[] = [];
/** How busy the machine was at the end of each run. */
const loads: number[] = [];
try {
  for (const cause of causes) {
    const runs: Measured[] = [];
    for (let n = 0; n < times; n += 1) {
      try {
        const measured = await cause.run({ stage, people, relay });
        runs.push(measured);
        loads.push(loadavg()[0] ?? 0);
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
  relay.close();
  await stage.close();
}
const [cpu] = cpus();
const machine = `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB`;
const load = `load ${Math.round(Math.min(...loads))} to ${Math.round(Math.max(...loads))}`;
console.log(`\n${times} runs each on ${machine}, ${load}\n`);
console.log(tableOf(rows));
