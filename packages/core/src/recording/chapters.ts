/** Who comes back so soon has loaded their page anew, or lost the network for a moment. */
export const BACK_WITHIN_MS = 10_000;

/** Something that happened in a call, worth finding in its recording. Instants are epoch ms. */
export interface Happening {
  readonly kind: 'join' | 'hand';
  readonly personId: string;
  readonly at: number;
}

/** A place in a file. */
export interface Chapter {
  readonly kind: 'join' | 'hand';
  readonly personId: string;
  /** From the first picture. */
  readonly atMs: number;
}

/** A stay in a call; null: it goes on, or is nobody's of ours. */
export interface Stay {
  readonly personId: string | null;
  readonly joinedAt: number;
  readonly leftAt: number | null;
}

/** When people came in, by their stays: who was there a moment before did not (REC-17). */
export function joinsOf(stays: readonly Stay[]): Happening[] {
  return stays.flatMap(({ personId, joinedAt }) => {
    const wasThere = (each: Stay): boolean =>
      each.personId === personId &&
      each.joinedAt < joinedAt &&
      (each.leftAt === null || joinedAt - each.leftAt < BACK_WITHIN_MS);
    return personId === null || stays.some(wasThere) ? [] : [{ kind: 'join', personId, at: joinedAt }];
  });
}

/** The chapters of a file that was made from one instant to another (REC-17). */
export function chaptersOf(
  happenings: readonly Happening[],
  { startedAt, endedAt }: { readonly startedAt: number; readonly endedAt: number },
): Chapter[] {
  return happenings
    .filter(({ at }) => at > startedAt && at < endedAt)
    .map(({ kind, personId, at }) => ({ kind, personId, atMs: at - startedAt }))
    .toSorted((a, b) => a.atMs - b.atMs);
}
