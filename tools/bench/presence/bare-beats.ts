import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { forkProgram } from '../process.ts';
import { Crowd } from './crowd.ts';

const program = fileURLToPath(new URL('./bare.ts', import.meta.url));
const FOR_MS = 20_000;

/**
 * Processor time of a call and minute on a server that answers beats and does nothing else, ms: what no presence socket costs
 * less than on this machine as it is now. It grows by half with a full machine, as everything does.
 */
export async function bareBeatsMs(calls: number): Promise<number> {
  const server = await forkProgram(program, { env: {} });
  const crowd = new Crowd();
  try {
    const url = server.url.replace('http', 'ws');
    const partner = { sid: 'PA_0123456789ab', identity: 'person_01kb0000000000000000000000' };
    for (let n = 0; n < 2 * calls; n += 1)
      await crowd.add({ url, sid: `PA_${String(n).padStart(12, '0')}`, roomSid: 'RM_0123456789ab', partner });
    const [cpuMs, startedAt] = [server.cpuMs(), performance.now()];
    await pause(FOR_MS);
    return ((server.cpuMs() - cpuMs) / calls / (performance.now() - startedAt)) * 60_000;
  } finally {
    crowd.close();
    await server.end('SIGKILL');
  }
}
