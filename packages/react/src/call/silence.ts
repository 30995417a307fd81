import type { EngineState } from './engine-state.ts';

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
