import { notifyMany } from '../../inbox/index.ts';
import type { Clock, Tx } from '../../platform/index.ts';
import { tellMany, type TellDeps, type Told } from '../telling.ts';

/** Lines of a file that are held in memory at a time, however many it has. */
export const LINES = 1_000;

/** What follows from the lines of a file, some at a time; asked for again it is the same. */
export type Pages = AsyncIterable<readonly Told[]>;

/** Puts the notices of a file into inboxes; who gets some has been locked by `holdInboxes`. */
export async function notifyPages(tx: Tx, pages: Pages, clock: Pick<Clock, 'now'>): Promise<void> {
  for await (const notices of pages) await notifyMany(tx, notices, clock);
}

/** After the commit: tells whoever is connected. */
export async function announcePages(deps: TellDeps, pages: Pages): Promise<void> {
  for await (const notices of pages) await tellMany(deps, notices);
}
