import type { NewPacks } from '@latido/protocol';
import { readAmount } from '../../app/amounts.ts';
import { readNumber } from './plan-draft.ts';

/** As many packs as a server takes. */
export const PACKS_MOST = 20;

/** A pack, as typed. `key` tells rows apart. */
export interface PackDraft {
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly coins: string;
  readonly bonus: string;
  readonly amount: string;
  readonly currency: string;
}

/** A field of a pack. */
export type PackField = Exclude<keyof PackDraft, 'key'>;

/** A pack that says nothing yet. */
export const EMPTY_PACK: Omit<PackDraft, 'key'> = {
  id: '',
  name: '',
  coins: '',
  bonus: '0',
  amount: '',
  currency: 'USD',
};

type Items = NewPacks['items'];
const AMOUNT_MOST = 100_000_000;
const COINS_MOST = 1_000_000_000;

/** What the rows say, or the wrong fields of each by its key. */
export function readPacks(
  drafts: readonly PackDraft[],
): { items: Items; wrong: null } | { items: null; wrong: ReadonlyMap<string, readonly PackField[]> } {
  const wrong = new Map<string, readonly PackField[]>();
  const items = drafts.flatMap((draft, at): Items => {
    const isTaken = drafts.slice(0, at).some(({ id }) => id === draft.id);
    const pack = {
      id: !isTaken && /^[a-z0-9-]{1,40}$/.test(draft.id) ? draft.id : null,
      name: /^.{1,60}$/.test(draft.name.trim()) ? draft.name.trim() : null,
      coins: readNumber(draft.coins, { places: 0, min: 1, max: COINS_MOST }),
      bonus: readNumber(draft.bonus, { places: 0, min: 0, max: COINS_MOST }),
      currency: /^[A-Z]{3}$/.test(draft.currency) ? draft.currency : null,
      amount: readPrice(draft),
    };
    const fields = (Object.keys(pack) as PackField[]).filter((field) => pack[field] === null);
    if (fields.length === 0) return [pack as Items[number]];
    wrong.set(draft.key, fields);
    return [];
  });
  return wrong.size > 0 ? { items: null, wrong } : { items, wrong: null };
}

function readPrice({ amount, currency }: PackDraft): number | null {
  const minor = readAmount(amount, currency);
  return minor !== null && minor <= AMOUNT_MOST ? minor : null;
}

/** The rows with one of them a place further up. */
export function moved<T>(rows: readonly T[], at: number): readonly T[] {
  const [row, above] = [rows[at], rows[at - 1]];
  if (row === undefined || above === undefined) return rows;
  return [...rows.slice(0, at - 1), row, above, ...rows.slice(at + 1)];
}
