import { watchOwnTransport, watchPartners } from '@latido/client';
import type { Room } from 'livekit-client';
import type { EngineState } from './engine-state.ts';

const LOOK_EVERY_MS = 1_000;
/** Something has come back on what we send since the look before: less than the time between two. */
const ANSWERED_WITHIN_MS = LOOK_EVERY_MS / 2;

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

/**
 * Looks each second, while nobody answers on the line of presence. Where the server still answers a question it is only that
 * line (a proxy may block it), and its word about us stands. Where it does not, it is away while media gets through
 * (the call goes on), and we are cut off when nothing arrives at all.
 */
export async function lookWhileSilent(
  room: Room,
  looking: { goesOn(): boolean; ask(): Promise<boolean>; saw(look: Omit<Look, 'heardAt'>): void },
): Promise<void> {
  const sight = watchPartners(room);
  const transport = watchOwnTransport(room);
  await Promise.all([sight.look(), transport.look()]);
  while (looking.goesOn()) {
    const paused = new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const [answered] = await Promise.all([looking.ask(), paused]);
    const seen = (await sight.look())?.some((partner) => partner.packets > 0) ?? false;
    const quietMs = await transport.look();
    const arrives = seen || (quietMs !== undefined && quietMs < ANSWERED_WITHIN_MS);
    if (looking.goesOn()) looking.saw({ answered, arrives });
  }
}
