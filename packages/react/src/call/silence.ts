import { watchPartners } from '@latido/client';
import type { Room } from 'livekit-client';
import type { EngineState } from './engine-state.ts';

const LOOK_EVERY_MS = 1_000;

/** What one look told while nobody speaks on the line of presence. */
export interface Look {
  /** Whether the server answered a question. */
  readonly answered: boolean;
  /** Whether the partner's media arrives. */
  readonly arrives: boolean;
  /** When the server was last heard, by our clock. */
  readonly heardAt: number;
}

type Silent = Pick<EngineState, 'cutOffAt' | 'serverAwayAt'>;

/**
 * Who is away while the line is silent: the server, where the partner's media arrives; else we are, since nothing
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
 * line (a proxy may block it), and its word about us stands. Where it does not, it is away while the partner's media arrives
 * (the call goes on), and we are cut off when nothing arrives at all.
 */
export async function lookWhileSilent(
  room: Room,
  looking: { goesOn(): boolean; ask(): Promise<boolean>; saw(look: Omit<Look, 'heardAt'>): void },
): Promise<void> {
  const sight = watchPartners(room);
  await sight.look();
  while (looking.goesOn()) {
    const paused = new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const [answered] = await Promise.all([looking.ask(), paused]);
    const arrives = (await sight.look())?.some((partner) => partner.packets > 0) ?? false;
    if (looking.goesOn()) looking.saw({ answered, arrives });
  }
}
