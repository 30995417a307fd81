import { earns, pays, type Me } from '../../app/api.ts';

/**
 * How a history is asked for: whoever pays or earns reads their own calls, also where they look after this service and the server would
 * answer with everybody's. Who does neither has none of their own, and reads all.
 */
export const historyOf = <T extends object>(
  me: Me | null | undefined,
  narrowed: T,
): T & { mine?: 'true' } => ({
  ...narrowed,
  ...(pays(me) || earns(me) ? { mine: 'true' as const } : {}),
});
