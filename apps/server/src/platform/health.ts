import { z } from 'zod';
import type { App } from './http.ts';
import { VERSION } from './version.ts';

/** How something that we depend on is. */
export type Health = 'ok' | 'starting' | 'unavailable';

/** What the health routes ask. */
export interface HealthSources {
  database(): Promise<Health>;
  livekit(): Promise<Health>;
  /** Whether LiveKit's clock is as ours, to two seconds. */
  livekitClockIsOff(): boolean;
  /** Keys whose facts wait because one of them does not fold. */
  stuck(): Promise<readonly { readonly stage: string; readonly key: string }[]>;
}

const Ready = z.object({
  ready: z.boolean(),
  database: z.enum(['ok', 'starting', 'unavailable']),
  livekit: z.enum(['ok', 'starting', 'unavailable']),
  /** `off`: its times are corrected, but somebody should set its clock. */
  livekitClock: z.enum(['ok', 'off']),
  /** Keys whose facts wait because one of them does not fold; `npx latido stuck list` says why. */
  stuck: z.array(z.object({ stage: z.string(), key: z.string() })),
  version: z.string(),
});

/**
 * Registers `/healthz` (the process answers) and `/readyz` (it can work: 503 while the database is away or something is
 * still starting). A media server that went away is shown, but does not make us unready: everything else still works,
 * and a load balancer would take every node out at once. So is what is stuck.
 */
export function registerHealth(app: App, sources: HealthSources): void {
  app.get(
    '/healthz',
    { schema: { tags: ['operations'], response: { 200: z.object({ alive: z.literal(true) }) } } },
    () => ({
      alive: true as const,
    }),
  );
  app.get(
    '/readyz',
    { schema: { tags: ['operations'], response: { 200: Ready, 503: Ready } } },
    async (_request, reply) => {
      const [database, livekit] = await Promise.all([sources.database(), sources.livekit()]);
      const stuck = database === 'ok' ? await sources.stuck() : [];
      const livekitClock = sources.livekitClockIsOff() ? 'off' : 'ok';
      const ready = database === 'ok' && livekit !== 'starting';
      return await reply
        .code(ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ ready, database, livekit, livekitClock, stuck: [...stuck], version: VERSION });
    },
  );
}
