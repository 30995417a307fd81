/** The whole product in a process of its own; with `BENCH_PROFILE` it says where its time goes. */
import { createServer } from '../../../apps/server/src/app.ts';
import { giveMemoryBackSoon, loadConfig } from '../../../apps/server/src/platform/index.ts';
import { beginProfile, countStatements, endProfile } from '../presence/profile.ts';

// Ends with the bench, whatever happens to it.
process.on('disconnect', () => process.exit());

if (process.env['BENCH_PROFILE'] !== undefined) countStatements();
giveMemoryBackSoon();
const server = await createServer({ config: loadConfig(process.env) });

const doings: Readonly<Record<string, () => Promise<unknown>>> = { beginProfile, endProfile };
process.on('message', ({ id, asked }: { id: number; asked: string }) => {
  void doings[asked]?.().then((result) => process.send?.({ id, result }));
});
process.send?.({ url: server.url });
