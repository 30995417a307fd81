import { Counter } from 'prom-client';
import { personsById } from '../access/index.ts';
import { countUnread } from '../inbox/index.ts';
import type { Clock, Config, Db, Log, Module } from '../platform/index.ts';
import { pushAddresses } from './addresses.ts';
import type { Who } from './ports.ts';
import { isThereAny } from './devices.ts';
import { Poster } from './post.ts';
import { Rounds } from './rounds.ts';
import { pushRoutes } from './routes.ts';
import { vapidOf } from './vapid.ts';

export interface PushDeps {
  readonly access: Who;
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Pick<Config, 'authSecret' | 'publicUrl' | 'push'>;
}

/** Web Push at work. */
export interface Push extends Module {
  /** Begins to send what is due. */
  look(): Promise<void>;
  /** Resolves when nothing is on its way. */
  settled(): Promise<void>;
}

/** Half of what nobody handed out is on its way within a second and a half. */
const LOOK_EVERY_MS = 1_000;
/** While nobody has a device; the first one that is made on this node is known at once. */
const NONE_LOOK_EVERY_MS = 5_000;

/** Tells devices what their person was not told by an open page. */
export function createPush({ access, db, clock, log, config }: PushDeps): Push {
  const vapid = vapidOf(config);
  const addresses = pushAddresses(config.push.allow);
  const poster = new Poster(addresses);
  const readerOf = async (personId: string) => {
    const found = await personsById(db, [personId]);
    return { locale: found.get(personId)?.locale ?? 'en', unread: await countUnread(db, personId) };
  };
  const rounds = new Rounds({ db, clock, log, poster, vapid, readerOf, afterMs: config.push.afterMs });
  let restsUntil = -Infinity;
  const run = async (): Promise<void> => {
    if (clock.monotonic() < restsUntil) return;
    if (await isThereAny(db)) return await rounds.look();
    restsUntil = clock.monotonic() + NONE_LOOK_EVERY_MS;
  };
  const onDevice = (): void => void (restsUntil = -Infinity);
  return {
    look: () => rounds.look(),
    settled: () => rounds.settled(),
    routes: (app) => pushRoutes(app, { db, clock, access, addresses, publicKey: vapid.publicKey, onDevice }),
    jobs: [{ name: 'pushes', everyMs: LOOK_EVERY_MS, run }],
    metrics(registry) {
      new Counter({
        name: 'latido_pushes_total',
        help: 'Pushes to devices by what became of them: sent, tried again, refused, or the device is gone.',
        labelNames: ['outcome'],
        registers: [registry],
        collect() {
          this.reset();
          for (const [outcome, count] of Object.entries(rounds.outcomes)) this.inc({ outcome }, count);
        },
      });
    },
    stopTaking: async () => rounds.stop(),
    async close() {
      poster.close();
      await rounds.settled();
    },
  };
}
