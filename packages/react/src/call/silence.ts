import { watchOwnTransport, watchPartners } from '@latido/client';
import type { Room } from 'livekit-client';
import type { EngineState } from './engine-state.ts';

const LOOK_EVERY_MS = 200;
/** How often the server is asked meanwhile. */
const ASK_EVERY_MS = 1_000;
/** Media comes many times a second, and so do answers to what we send: without any for so long nothing arrives. */
const NOTHING_AFTER_MS = 800;

/** What one look told while nobody speaks on the line of presence. */
export interface Look {
  /** Whether the server answered a question. */
  readonly answered: boolean;
  /** Whether the partner's media arrives, or LiveKit answers what we send: who waits alone has no partner's. */
  readonly arrives: boolean;
  /** When the server was last heard, by our clock. */
  readonly heardAt: number;
}

type Silent = Pick<EngineState, 'cutOffAt' | 'serverAwayAt'>;

/**
 * Who is away while the line is silent: the server, where media gets through; else we are, since nothing
 * arrives at all. Once it was the server it stays so: a partner who is muted for a moment makes it no cut of ours, and
 * that the Room has lost its own connection is the Room's to say.
 */
export function silenceOf(before: Silent, { answered, arrives, heardAt }: Look): Silent {
  if (answered) return { cutOffAt: null, serverAwayAt: null };
  const isServer = arrives || before.serverAwayAt !== null;
  return { cutOffAt: isServer ? null : heardAt, serverAwayAt: isServer ? heardAt : null };
}

/** What has been seen since somebody began to look. */
export interface Seen {
  /** What the server made of the last question; null while it may still answer. */
  readonly answered: boolean | null;
  /** How long ago media or an answer of LiveKit's came last; null before any did. */
  readonly cameMsAgo: number | null;
  readonly lookedForMs: number;
  /** Whether something would come if our line were well: of us, who send, or of a partner who does. */
  readonly expected: boolean;
}

/**
 * What that tells; null while it tells nothing. A question that hangs is no answer: where what must come does not either, it
 * is our line, and that is said before the question gives up.
 */
export function lookOf({ answered, cameMsAgo, lookedForMs, expected }: Seen): Omit<Look, 'heardAt'> | null {
  if (answered === true) return { answered, arrives: cameMsAgo !== null };
  if (hasCome({ cameMsAgo })) return answered === null ? null : { answered, arrives: true };
  if (lookedForMs < NOTHING_AFTER_MS || (answered === null && !expected)) return null;
  return { answered: false, arrives: false };
}

const hasCome = ({ cameMsAgo }: Pick<Seen, 'cameMsAgo'>): boolean =>
  cameMsAgo !== null && cameMsAgo < NOTHING_AFTER_MS;

/** Counts what comes of media while it is looked at. */
function watchMedia(room: Room): { look(): Promise<void>; now(): Omit<Seen, 'answered'> } {
  const [sight, transport] = [watchPartners(room), watchOwnTransport(room)];
  const startedAtMs = performance.now();
  let looks = 0;
  let cameAtMs: number | null = null;
  let expected = false;
  return {
    async look() {
      const [partners = [], ownQuietMs] = await Promise.all([sight.look(), transport.look()]);
      const isSeen = partners.some(({ packets }) => packets > 0);
      expected ||= ownQuietMs !== undefined || partners.some((partner) => partner.expected);
      // The first look only says from where on it is counted.
      looks += 1;
      if (looks > 1 && (isSeen || ownQuietMs === 0)) cameAtMs = performance.now();
    },
    now: () => ({
      expected,
      lookedForMs: performance.now() - startedAtMs,
      cameMsAgo: cameAtMs === null ? null : performance.now() - cameAtMs,
    }),
  };
}

/**
 * Looks again and again, while nobody answers on the line of presence. Where the server still answers a question it is only
 * that line (a proxy may block it), and its word about us stands. Where it does not, it is away while media gets through
 * (the call goes on), and we are cut off when nothing arrives at all.
 */
export async function lookWhileSilent(
  room: Room,
  looking: { goesOn(): boolean; ask(): Promise<boolean>; saw(look: Omit<Look, 'heardAt'>): void },
): Promise<void> {
  const media = watchMedia(room);
  let answered: boolean | null = null;
  let askedAtMs = -Infinity;
  let isAsking = false;
  let isDead = false;
  /** How often media has come again after there was none. */
  let heals = 0;
  const ask = (): void => {
    if (isAsking || performance.now() - askedAtMs < ASK_EVERY_MS) return;
    [isAsking, askedAtMs] = [true, performance.now()];
    // An answer of before says nothing any more; that there was none stands until there is one.
    if (answered) answered = null;
    const before = heals;
    void looking.ask().then((yes) => {
      // That a question was lost on a dead line says nothing of the server, once media comes again.
      answered = yes || before === heals ? yes : null;
      isAsking = false;
    });
  };
  let told: Omit<Look, 'heardAt'> | null = null;
  ask();
  await media.look();
  while (looking.goesOn()) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    await media.look();
    const seen = media.now();
    const wasDead = isDead;
    isDead = seen.expected && !hasCome(seen) && seen.lookedForMs >= NOTHING_AFTER_MS;
    if (wasDead && !isDead) {
      heals += 1;
      if (answered === false) answered = null;
    }
    const look = lookOf({ answered, ...seen });
    const isNew = look !== null && (look.answered !== told?.answered || look.arrives !== told.arrives);
    if (isNew && looking.goesOn()) looking.saw((told = look));
    ask();
  }
}
