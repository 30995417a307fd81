import type { Gift } from '../../app/people.ts';

const DAY_MS = 86_400_000;

/** What the form of a gift says, as it may be sent. */
export interface GiftForm {
  readonly coins: number;
  readonly memo: string;
  readonly kind: NonNullable<Gift['kind']>;
  /** In how many days the coins expire; empty for never. */
  readonly days: string;
}

/** A gift as it is sent, however often: the body, and the key that makes it one. */
export interface GiftOnce {
  readonly of: GiftForm;
  readonly key: string;
  readonly gift: Gift;
}

/**
 * The gift that a form says: the last one once more where the form says the same, or another one. The instant of expiry is part of the body
 * that its key stands for: read from the clock at each press, the server would refuse what it has not answered yet.
 */
export function giftOf(
  last: GiftOnce | null,
  form: GiftForm,
  fresh: { atMs: number; key: string },
): GiftOnce {
  if (last && isSame(last.of, form)) return last;
  const { days, ...said } = form;
  const expiresAt =
    days === '' ? {} : { expiresAt: new Date(fresh.atMs + Number(days) * DAY_MS).toISOString() };
  return { of: form, key: fresh.key, gift: { ...said, ...expiresAt } };
}

const isSame = (one: GiftForm, other: GiftForm): boolean =>
  one.coins === other.coins && one.memo === other.memo && one.kind === other.kind && one.days === other.days;
