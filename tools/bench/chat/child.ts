/** The whole product in a process of its own; it makes a call of the people that it is told. */
import { createServer } from '../../../apps/server/src/app.ts';
import { createCall } from '../../../apps/server/src/calls/index.ts';
import { giveMemoryBackSoon, loadConfig } from '../../../apps/server/src/platform/index.ts';

// Ends with the bench, whatever happens to it.
process.on('disconnect', () => process.exit());

giveMemoryBackSoon();
const server = await createServer({ config: loadConfig(process.env) });
process.on('message', async ({ id, of }: { id: number; of: { people: readonly string[] } }) => {
  const [host = '', ...guests] = of.people;
  const call = await server.database.db.transaction().execute((tx) =>
    createCall(tx, {
      roomName: 'bench',
      kind: 'mentoring',
      createdBy: host,
      people: [
        { personId: host, role: 'host' },
        ...guests.map((personId) => ({ personId, role: 'guest' as const })),
      ],
    }),
  );
  process.send?.({ id, result: call.id });
});
process.send?.({ url: server.url });
