import type { PlanShown } from '@latido/protocol';
import type { PlanBody } from '../../app/plans.ts';

/** The numbers of a plan: what a field says is counted in parts of so many, and lies between two bounds. */
interface Kind {
  /** Places after the point: 3 where seconds are typed and milliseconds are meant. */
  readonly places: number;
  readonly min: number;
  readonly max: number;
  /** What is left empty is said by the policy, or by another field. */
  readonly mayBeEmpty?: true;
}

const DAY_MS = 86_400_000;
const COINS: Kind = { places: 0, min: 0, max: 1_000_000_000 };
const STRETCH: Kind = { places: 3, min: 1, max: DAY_MS, mayBeEmpty: true };

/** Every number of a plan, by its name on the wire. */
export const NUMBERS = {
  price: { ...COINS, min: 1 },
  priceDen: { places: 0, min: 1, max: 1_000_000 },
  initialPrice: { ...COINS, mayBeEmpty: true },
  connectFee: COINS,
  maxCharge: { ...COINS, mayBeEmpty: true },
  earnerShareBp: { places: 2, min: 0, max: 10_000 },
  initialMs: STRETCH,
  firstThresholdMs: STRETCH,
  incrementMs: { ...STRETCH, min: 1_000 },
  thresholdMs: STRETCH,
  freeBelowMs: { ...STRETCH, min: 0 },
  bridgeGapMs: { places: 3, min: 0, max: 3_600_000 },
} as const satisfies Record<string, Kind>;

/** The name of a number of a plan. */
export type NumberName = keyof typeof NUMBERS;
const NAMES = Object.keys(NUMBERS) as NumberName[];

/** A price of later units, as typed. `key` tells rows apart. */
export interface TierDraft {
  readonly key: string;
  readonly fromUnit: string;
  readonly price: string;
}

/** What the editor's fields say, as typed. */
export interface PlanDraft extends Readonly<Record<NumberName, string>> {
  readonly id: string;
  readonly name: string;
  readonly policy: PlanShown['policy'];
  readonly tiers: readonly TierDraft[];
}

/** What is wrong: a field by its name, a tier by its key. */
export type Wrong = ReadonlySet<string>;

/** A plan that says as little as it may. */
export const EMPTY: PlanDraft = {
  id: '',
  name: '',
  policy: 'completed-minute',
  price: '10',
  priceDen: '1',
  initialPrice: '',
  connectFee: '0',
  maxCharge: '',
  earnerShareBp: '70',
  initialMs: '',
  firstThresholdMs: '',
  incrementMs: '',
  thresholdMs: '',
  freeBelowMs: '',
  bridgeGapMs: '0',
  tiers: [],
};

/** The fields of a plan that is there. */
export function draftOf(plan: PlanShown): PlanDraft {
  const texts = NAMES.map((name) => [name, typed(plan[name], NUMBERS[name].places)] as const);
  return {
    ...(Object.fromEntries(texts) as Record<NumberName, string>),
    id: plan.id,
    name: plan.name,
    policy: plan.policy,
    tiers: plan.tiers.map(({ fromUnit, price }) => ({
      key: String(fromUnit),
      fromUnit: String(fromUnit),
      price: String(price),
    })),
  };
}

/** Another policy says its own durations: those of the one before go. */
export const underPolicy = (draft: PlanDraft, policy: PlanDraft['policy']): PlanDraft => ({
  ...draft,
  policy,
  initialMs: '',
  firstThresholdMs: '',
  incrementMs: '',
  thresholdMs: '',
  freeBelowMs: '',
});

const typed = (value: number | null, places: number): string =>
  value === null ? '' : String(value / 10 ** places);

/** The whole number that a field says, in its smallest parts; null where it says none within its bounds. */
export function readNumber(text: string, { places, min, max }: Kind): number | null {
  const found = /^(\d{1,10})(?:[.,](\d+))?$/.exec(text.trim());
  const fraction = found?.[2] ?? '';
  if (!found || fraction.length > places) return null;
  const value = Number(`${found[1]}${fraction.padEnd(places, '0')}`);
  return value >= min && value <= max ? value : null;
}

/**
 * The plan that a draft says, or what is wrong with it. A new plan's id may be none of `taken`: the server would write it as the next version of
 * the plan that has it.
 */
export function readDraft(
  draft: PlanDraft,
  taken: readonly string[] = [],
): { plan: PlanBody; wrong: null } | { plan: null; wrong: Wrong } {
  const wrong = new Set<string>();
  const numbers: Partial<Record<NumberName, number>> = {};
  for (const name of NAMES) {
    const kind: Kind = NUMBERS[name];
    if (kind.mayBeEmpty && draft[name].trim() === '') continue;
    const value = readNumber(draft[name], kind);
    if (value === null) wrong.add(name);
    else numbers[name] = value;
  }
  if (taken.includes(draft.id)) wrong.add('taken');
  if (wrong.has('taken') || !/^[a-z0-9-]{1,40}$/.test(draft.id)) wrong.add('id');
  if (draft.name.trim() === '' || draft.name.trim().length > 60) wrong.add('name');
  if (isPast(numbers.firstThresholdMs, numbers.initialMs)) wrong.add('firstThresholdMs');
  if (isPast(numbers.thresholdMs, numbers.incrementMs)) wrong.add('thresholdMs');
  const tiers = readTiers(draft.tiers, wrong);
  const { price } = numbers;
  if (wrong.size > 0 || price === undefined) return { plan: null, wrong };
  const { id, policy } = draft;
  return { plan: { ...numbers, id, name: draft.name.trim(), policy, price, tiers }, wrong: null };
}

/** A unit that is due after its stretch never is. */
const isPast = (threshold: number | undefined, stretch: number | undefined): boolean =>
  threshold !== undefined && stretch !== undefined && threshold > stretch;

function readTiers(drafts: readonly TierDraft[], wrong: Set<string>): { fromUnit: number; price: number }[] {
  let last = 1;
  return drafts.flatMap(({ key, ...typedTier }) => {
    const fromUnit = readNumber(typedTier.fromUnit, { places: 0, min: last + 1, max: 100_000_000 });
    const price = readNumber(typedTier.price, COINS);
    if (fromUnit === null || price === null) {
      wrong.add(tierField(key));
      return [];
    }
    last = fromUnit;
    return [{ fromUnit, price }];
  });
}

/** The name under which a tier is wrong. */
export const tierField = (key: string): string => `tier ${key}`;

/** Durations as somebody types them, in seconds; null where one is none. */
export function readDurations(text: string): readonly number[] | null {
  const seconds = { places: 3, min: 0, max: 999_999_999 };
  const read = text
    .split(/[\s;]+/)
    .filter(Boolean)
    .map((one) => readNumber(one, seconds));
  return read.length > 0 && read.length <= 50 && read.every((ms) => ms !== null) ? read : null;
}
