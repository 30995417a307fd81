/** What a top-up costs and brings, as its pack was when it was made. Money is minor units. */
export interface Terms {
  readonly coins: bigint;
  readonly bonus: bigint;
  readonly amount: bigint;
  readonly currency: string;
}

/**
 * What a provider says of a top-up. `refunded` is all that was given back of it so far, and, where it was kept, which event said so and
 * how much this refund added; `refund_made` is a refund, by its name, that is on its way or has arrived, and `refund_failed` one that did not
 * arrive, or was cancelled. One payment may be disputed more than once:
 * each dispute has a name of the provider's; where it was not kept, an end of any dispute is that one's.
 */
export type ProviderWord =
  | { readonly kind: 'paid'; readonly amount: bigint; readonly currency: string }
  | { readonly kind: 'refunded'; readonly total: bigint; readonly event?: string; readonly amount?: bigint }
  | { readonly kind: 'refund_made' | 'refund_failed'; readonly refund: string; readonly amount: bigint }
  | { readonly kind: 'failed' | 'expired' }
  | { readonly kind: 'disputed' | 'dispute_won' | 'dispute_lost'; readonly dispute?: string };

/** What somebody reads of a top-up. `mismatch`: the provider took another amount than was asked for. */
export type TopUpStatus = 'pending' | 'paid' | 'failed' | 'expired' | 'refunded' | 'disputed' | 'mismatch';

/** What should stand of a top-up. */
export interface Standing {
  readonly status: TopUpStatus;
  /** Whether its coins came in at all. */
  readonly isCredited: boolean;
  /** Coins and bonus, together, that are to be back at the cashier. */
  readonly takenBack: bigint;
}

/** Reads what should stand from all that was said, in whatever order, however often (CASH-2…4). */
export function standingOf(terms: Terms, words: readonly ProviderWord[]): Standing {
  const said = (kind: ProviderWord['kind']): boolean => words.some((word) => word.kind === kind);
  const payments = words.filter((word) => word.kind === 'paid');
  const isRight = payments.some(
    ({ amount, currency }) => amount === terms.amount && currency === terms.currency,
  );
  if (!isRight) {
    const status = payments.length > 0 ? 'mismatch' : said('failed') ? 'failed' : 'expired';
    return {
      status: payments.length > 0 || said('failed') || said('expired') ? status : 'pending',
      isCredited: false,
      takenBack: 0n,
    };
  }
  const all = terms.coins + terms.bonus;
  if (isDisputed(words)) return { status: 'disputed', isCredited: true, takenBack: all };
  const takenBack = partBack(all, { refunded: refundedOf(words), amount: terms.amount });
  return { status: takenBack === all ? 'refunded' : 'paid', isCredited: true, takenBack };
}

/** Whether some dispute stands that was not won. Lost without a word of its beginning is disputed, too; won counts after lost. */
function isDisputed(words: readonly ProviderWord[]): boolean {
  const won = words.flatMap((word) => (word.kind === 'dispute_won' ? [word.dispute] : []));
  return words.some((word) => {
    if (word.kind !== 'disputed' && word.kind !== 'dispute_lost') return false;
    return word.dispute === undefined ? won.length === 0 : !won.includes(word.dispute);
  });
}

/**
 * All that was given back, less what did not arrive. Refunds that the provider has named tell it by themselves, however it reports its
 * totals: whether these fall where a refund fails, and whether one that was cancelled was ever part of them. Where not all were named,
 * what each word about the total has added is asked, or the highest total: less what failed, and no less than what the named ones say.
 */
function refundedOf(words: readonly ProviderWord[]): bigint {
  const added = new Map<string, bigint>();
  const named = new Map<string, bigint>();
  const failed = new Map<string, bigint>();
  let most = 0n;
  for (const word of words) {
    if (word.kind === 'refund_failed') failed.set(word.refund, word.amount);
    if (word.kind === 'refund_failed' || word.kind === 'refund_made') named.set(word.refund, word.amount);
    if (word.kind !== 'refunded') continue;
    if (word.total > most) most = word.total;
    if (word.event !== undefined) added.set(word.event, word.amount ?? 0n);
  }
  const stands = sumOf(named) - sumOf(failed);
  const inTotals = sumOf(added);
  const ever = inTotals > most ? inTotals : most;
  const left = ever - sumOf(failed);
  return sumOf(named) >= ever || stands > left ? stands : left;
}

const sumOf = (amounts: ReadonlyMap<string, bigint>): bigint =>
  [...amounts.values()].reduce((sum, amount) => sum + amount, 0n);

/** Rounded up: what is left was paid for wholly. */
function partBack(all: bigint, { refunded, amount }: { refunded: bigint; amount: bigint }): bigint {
  return refunded >= amount ? all : (all * refunded + amount - 1n) / amount;
}
