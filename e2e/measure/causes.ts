import { framesPlay } from '../support/browser.ts';
import { networkProcessOf } from '../support/network-process.ts';
import type { Stage } from '../support/stage.ts';
import { saidBy } from '../support/told.ts';
import { until } from '../support/until.ts';
import type { People } from './people.ts';

/** What one run has measured, in milliseconds from the fault. Null where there is nothing to tell. */
export interface Measured {
  /** Until the other page said it. */
  readonly toldMs: number;
  /** Until LiveKit itself said it, by the webhook or to the other page. */
  readonly livekitMs: number | null;
  /** Until both pictures moved again. */
  readonly backMs?: number;
}

/** What a cause is played with. */
export interface Scene {
  readonly stage: Stage;
  readonly people: People;
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

/** LiveKit's own word that Alice has gone from a room: our removal of her is none. */
async function livekitSaidAt({ stage }: Scene, factsPath: string): Promise<number> {
  const fact = await until('LiveKit’s own word', async () => {
    const { items } = await stage.admin.get<{ items: FactAnswer[] }>(`${factsPath}?limit=1000`);
    return items.find(
      ({ type, identity, payload }) =>
        type === 'participant_left' &&
        identity?.startsWith(stage.alice.personId) &&
        !OURS.includes(payload.participant?.disconnectReason ?? ''),
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
      const from = Date.now();
      await happen(scene);
      const said = await saidBy(scene.people.bob.page, 'screen:partner_reconnecting');
      const place = how.isTold ? `calls/${callId}` : `rooms/${witness}`;
      const livekitAt = await livekitSaidAt(scene, `/api/v1/${place}/facts`);
      how.after?.(scene);
      await scene.people.part(callId);
      await scene.people.lose('alice');
      return { toldMs: said.at - from, livekitMs: livekitAt - from };
    },
  };
}

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
    const livekitAt = await livekitSaidAt(scene, `/api/v1/calls/${callId}/facts`);
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
    await Promise.all(pages.map((page) => page.getByTestId('media-away').waitFor({ state: 'detached' })));
    await Promise.all(pages.map((page) => framesPlay(page, 'remote-video', 2)));
    const backMs = Date.now() - upAt;
    await people.part(callId);
    return { toldMs: Math.max(...said.map(({ at }) => at)) - from, livekitMs: null, backMs };
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
  loss('browser killed', ({ people }) => people.alice.kill()),
  loss('browser killed, muted', ({ people }) => people.alice.kill(), { before: mute }),
  loss('line cut', signal('SIGSTOP'), { after: signal('SIGCONT') }),
  restart,
];
