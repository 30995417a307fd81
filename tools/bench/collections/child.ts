/** The whole product in a process of its own, with somebody who lends and somebody who collects. */
import { createServer } from '../../../apps/server/src/app.ts';
import { giveMemoryBackSoon, loadConfig } from '../../../apps/server/src/platform/index.ts';

// Ends with the bench, whatever happens to it.
process.on('disconnect', () => process.exit());

giveMemoryBackSoon();
const server = await createServer({ config: loadConfig(process.env) });
for (const [name, role] of [
  ['lender', 'admin'],
  ['collector', 'collector'],
] as const) {
  const password = process.env['BENCH_PASSWORD'] ?? '';
  await server.access.createAccount({ name, email: `${name}@bench.test`, password, roles: [role] });
}
// What its own thread holds once nobody's is collected, bytes.
process.on('message', ({ id }: { id: number }) => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ id, result: heapUsed + external });
});
process.send?.({ url: server.url });
