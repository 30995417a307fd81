import { channelOf, MATCHING_STATE } from '@latido/protocol';
import { personsById } from '../access/index.ts';
import { Together, type Module } from '../platform/index.ts';
import { forgetOldAsks } from './ask.ts';
import { Beats } from './beats.ts';
import { deskRoutes } from './desk-routes.ts';
import { Entrance } from './entrance.ts';
import { knownOf, type Asker } from './known.ts';
import type { MatchingDeps } from './ports.ts';
import { LineView } from './line-view.ts';
import { reviewRoutes } from './review-routes.ts';
import { matchingRoutes } from './routes.ts';
import { statesOf } from './state.ts';
import { startWork } from './work.ts';

export type { MatchingDeps };

/** Who meets whom: routes, the door to the line, and the work that pairs. */
export function createMatching(deps: MatchingDeps): Module & { readonly entrance: Entrance } {
  const beats = new Beats(deps);
  const line = new LineView(deps);
  const known = new Together((people: readonly Asker[]) => knownOf(deps, people));
  const tell = async (personIds: readonly string[]): Promise<void> => {
    if (personIds.length === 0) return;
    const people = [...(await personsById(deps.db, personIds)).values()];
    const states = await statesOf(
      { ...deps, line },
      people.map(({ id: personId, name }) => ({ personId, name })),
    );
    for (const [n, { id }] of people.entries())
      deps.hub().broadcast(channelOf.user(id), MATCHING_STATE, states[n]);
  };
  const entrance = new Entrance(deps);
  const work = startWork(deps, { beats, entrance, line, tell });
  return {
    entrance,
    routes(app) {
      matchingRoutes(app, { ...deps, beats, line, known, tell, entrance });
      reviewRoutes(app, { ...deps, tell });
      deskRoutes(app, deps);
    },
    jobs: [
      // A wish that lies longer than its day is told nobody: a missed run keeps a row, and nothing else.
      { name: 'matching-asks', everyMs: 3_600_000, run: () => forgetOldAsks(deps) },
    ],
    start: () => work.start(),
    caughtUp: () => work.once(),
    async close() {
      await entrance.close();
      await work.close();
    },
  };
}
