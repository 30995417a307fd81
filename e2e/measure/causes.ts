import type { Page, Route } from 'playwright-core';
import { framesPlay } from '../support/browser.ts';
import { networkProcessOf } from '../support/network-process.ts';
import type { Stage } from '../support/stage.ts';
import { listen, saidBy, type Shown } from '../support/told.ts';
import type { UdpRelay } from '../support/udp-relay.ts';
import { until } from '../support/until.ts';
import type { People } from './people.ts';

/** What one run has measured, in milliseconds from the fault. Null where there is nothing to tell. */
export interface Measured {
  /** Until the other page said it, or both where it is told to both. */
  readonly toldMs: number | null;
  /** Until LiveKit itself said it, by the webhook or to the other page. */
  readonly livekitMs: number | null;
  /** From the end of the fault until both pictures moved again; of our server until both pages had a live connection. */
  readonly backMs?: number;
}

/** What a cause is played with. */
export interface Scene {
  readonly stage: Stage;
  readonly people: People;
  /** What carries Alice's media. */
  readonly relay: UdpRelay;
}

/** A way in which somebody goes. */
export interface Cause {
  readonly name: string;
  run(scene: Scene): Promise<Measured>;
}

interface FactAnswer {
  readonly type: string;
  readonly receivedAt: string;
  readonly identity: string | null;
  readonly payload: { participant?: { disconnectReason?: string } };
}

/** LiveKit's own word that Alice has gone from a room. Where it could not know by itself our removal of her is none. */
async function livekitSaidAt({ stage }: Scene, factsPath: string, not = OURS): Promise<number> {
  const fact = await until('LiveKit’s own word', async () => {
    const { items } = await stage.admin.get<{ items: FactAnswer[] }>(`${factsPath}?limit=1000`);
    return items.find(
      ({ type, identity, payload }) =>
        type === 'participant_left' &&
        identity?.startsWith(stage.alice.personId) &&
        !not.includes(payload.participant?.disconnectReason ?? ''),
    );
  });
  return Date.parse(fact.receivedAt);
}

const OURS = ['PARTICIPANT_REMOVED', 'ROOM_DELETED'];

/**
 * A second tab of the same browser in a room without a call. In a call Alice's place is taken away long before LiveKit would
 * say anything (media without a meter ends): what it says of this tab is its own word on the same fault.
 */
async function openWitness({ stage, people }: Scene, room: string): Promise<void> {
  const { page } = people.alice;
  const tab = await page.context().newPage();
  await tab.goto(`${stage.latido.url}/dashboard/video-test`);
  await tab.getByTestId('room-name').fill(room);
  await tab.getByTestId('participant-name').fill('Alice');
  await tab.getByTestId('join-room').click();
  await tab.getByTestId('local-video').first().waitFor();
  await page.bringToFront();
}

interface How {
  readonly before?: (scene: Scene) => Promise<void>;
  readonly after?: (scene: Scene) => void;
  /** Whether LiveKit hears of it by itself, so that no witness is needed. */
  readonly isTold?: boolean;
  /** Whether Alice's page lives on, and says it as well. */
  readonly isToldToBoth?: boolean;
}

/** Does something to Alice, and waits until Bob's page says it, and LiveKit. */
function loss(name: string, happen: (scene: Scene) => Promise<void> | void, how: How = {}): Cause {
  return {
    name,
    async run(scene) {
      const { room, callId } = await scene.people.meet();
      const witness = `witness-${room}`;
      if (!how.isTold) await openWitness(scene, witness);
      await how.before?.(scene);
      // What a busy machine made them say until here is not of this fault.
      for (const { page } of [scene.people.alice, scene.people.bob]) await listen(page);
      const from = Date.now();
      await happen(scene);
      const said = [await saidBy(scene.people.bob.page, 'screen:partner_reconnecting')];
      if (how.isToldToBoth) said.push(await saidBy(scene.people.alice.page, 'me-reconnecting'));
      const place = how.isTold ? `calls/${callId}` : `rooms/${witness}`;
      const livekitAt = await livekitSaidAt(scene, `/api/v1/${place}/facts`);
      how.after?.(scene);
      await scene.people.part(callId);
      await scene.people.lose('alice');
      return { toldMs: lastOf(said) - from, livekitMs: livekitAt - from };
    },
  };
}

const lastOf = (said: readonly Shown[]): number => Math.max(...said.map(({ at }) => at));

const PRESSED = `new Promise((resolve) =>
  document.addEventListener('click', () => resolve(Date.now()), { capture: true, once: true }))`;

const hangUp: Cause = {
  name: 'hangs up',
  async run(scene) {
    const { callId } = await scene.people.meet();
    const { page } = scene.people.alice;
    const [pressedAt] = await Promise.all([
      page.evaluate<number>(PRESSED),
      page.getByTestId('hang-up').click(),
    ]);
    const said = await saidBy(scene.people.bob.page, 'partner-gone');
    const livekitAt = await livekitSaidAt(scene, `/api/v1/calls/${callId}/facts`, []);
    return { toldMs: said.at - pressedAt, livekitMs: livekitAt - pressedAt };
  },
};

const restart: Cause = {
  name: 'LiveKit restarted',
  async run(scene) {
    const { stage, people } = scene;
    const { callId } = await people.meet();
    const pages = [people.alice.page, people.bob.page];
    const from = Date.now();
    await stage.media.kill();
    await stage.media.start();
    const upAt = Date.now();
    const said = await Promise.all(pages.map((page) => saidBy(page, 'media-away')));
    const backMs = (await areTogether(people, 'media-away')) - upAt;
    await people.part(callId);
    return { toldMs: lastOf(said) - from, livekitMs: null, backMs };
  },
};

/** When both pictures move, and neither page says this any more. */
async function areTogether({ alice, bob }: People, said?: string): Promise<number> {
  const pages = [alice.page, bob.page];
  if (said !== undefined)
    await Promise.all(pages.map((page) => page.getByTestId(said).waitFor({ state: 'detached' })));
  await Promise.all(
    pages.map((page) => page.locator('[data-testid="partner-state"][data-state="live"]').waitFor()),
  );
  await Promise.all(pages.map((page) => framesPlay(page, 'remote-video', 2)));
  return Date.now();
}

/** Loads Alice's page again. With `heldMs` its scripts come so much later, as on a slow line, and Bob is told meanwhile. */
const reload = (name: string, heldMs: number): Cause => ({
  name,
  async run({ people }) {
    const { callId } = await people.meet();
    const { page } = people.alice;
    const from = Date.now();
    const hold = async (route: Route): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, heldMs));
      await route.continue();
    };
    if (heldMs > 0) await page.route('**/*.js', hold, { times: 1 });
    await page.reload();
    const said = heldMs > 0 ? await saidBy(people.bob.page, 'partner-reconnecting') : null;
    const backMs = (await areTogether(people)) - from - heldMs;
    await people.part(callId);
    return { toldMs: said && said.at - from, livekitMs: null, backMs };
  },
});

const shortCut: Cause = {
  name: 'line cut for a moment',
  async run(scene) {
    const { people } = scene;
    const { callId } = await people.meet();
    signal('SIGSTOP')(scene);
    await saidBy(people.bob.page, 'screen:partner_suspected').finally(() => signal('SIGCONT')(scene));
    const healedAt = Date.now();
    const backMs = (await areTogether(people)) - healedAt;
    await people.part(callId);
    return { toldMs: null, livekitMs: null, backMs };
  },
};

const udpBlocked: Cause = {
  name: 'UDP blocked',
  async run({ people, relay }) {
    const { callId } = await people.meet();
    const from = Date.now();
    relay.block();
    const pages = [people.alice.page, people.bob.page];
    const said = await Promise.all(pages.map((page) => saidBy(page, 'media-frozen'))).finally(relay.heal);
    const healedAt = Date.now();
    const backMs = (await areTogether(people, 'media-frozen')) - healedAt;
    await people.part(callId);
    return { toldMs: lastOf(said) - from, livekitMs: null, backMs };
  },
};

const CONNECTED = 'pusher:connection_established';

/** When this page next has a live connection to the server. */
function liveAgain(page: Page): Promise<number> {
  return new Promise((resolve) => {
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes(CONNECTED)) resolve(Date.now());
      }),
    );
  });
}

const serverRestarted: Cause = {
  name: 'our server restarted',
  async run({ stage, people }) {
    const { callId } = await people.meet();
    const pages = [people.alice.page, people.bob.page];
    const from = Date.now();
    await stage.latido.kill();
    const said = await Promise.all(pages.map((page) => saidBy(page, 'server-away')));
    const live = pages.map(liveAgain);
    await stage.latido.start();
    const upAt = Date.now();
    const backMs = Math.max(...(await Promise.all(live))) - upAt;
    await areTogether(people, 'server-away');
    await people.part(callId);
    return { toldMs: lastOf(said) - from, livekitMs: null, backMs };
  },
};

const mute = async ({ people }: Scene): Promise<void> => {
  await people.alice.page.getByTestId('toggle-mic').click();
  await people.alice.page.getByTestId('toggle-camera').click();
  await people.bob.page.getByTestId('tile-mic-off').waitFor();
};

const signal =
  (name: NodeJS.Signals) =>
  ({ people }: Scene) =>
    void process.kill(networkProcessOf(people.alice.pid), name);

/** All that are measured, in the order of the table. */
export const CAUSES: readonly Cause[] = [
  hangUp,
  loss('closes the tab', ({ people }) => people.alice.page.close(), { isTold: true }),
  reload('reloads', 0),
  reload('reloads, three seconds late', 3_000),
  loss('browser killed', ({ people }) => people.alice.kill()),
  loss('browser killed, muted', ({ people }) => people.alice.kill(), { before: mute }),
  loss('line cut', signal('SIGSTOP'), { after: signal('SIGCONT'), isToldToBoth: true }),
  shortCut,
  udpBlocked,
  restart,
  serverRestarted,
];
