/** The whole product in a process of its own, with a mentor and a mentee, made with the first start. */
import { createServer } from '../../../apps/server/src/app.ts';
import { giveMemoryBackSoon, loadConfig } from '../../../apps/server/src/platform/index.ts';

// Ends with the bench, whatever happens to it.
process.on('disconnect', () => process.exit());

giveMemoryBackSoon();
const server = await createServer({ config: loadConfig(process.env) });
if (process.argv[2] === 'first') {
  for (const [name, role] of [
    ['mentor', 'mentor'],
    ['mentee', 'client'],
  ] as const) {
    const password = process.env['BENCH_PASSWORD'] ?? '';
    await server.access.createAccount({ name, email: `${name}@bench.test`, password, roles: [role] });
  }
}
process.send?.({ url: server.url });
