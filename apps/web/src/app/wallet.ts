import type { CoinRequest, Lot, StatementLine } from '@latido/protocol';
import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import { api } from './api.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Coins may come at any moment while somebody waits for them. */
const ASK_EVERY_MS = 5_000;

async function allLots(): Promise<readonly Lot[]> {
  const lots: Lot[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page<Lot> = await api.send(
      'GET',
      `/api/v1/wallet/lots?limit=1000${cursor && `&cursor=${cursor}`}`,
    );
    lots.push(...page.items);
    cursor = page.nextCursor;
  }
  return lots;
}

/** What the wallet is made of, all of it, in the order in which it is spent. */
export const lotsQuery = queryOptions({
  queryKey: ['wallet', 'lots'],
  queryFn: allLots,
});

/** Whether coins were asked for and have not come. */
export const coinRequestQuery = queryOptions({
  queryKey: ['wallet', 'requests'],
  queryFn: () => api.send<Page<CoinRequest>>('GET', '/api/v1/wallet/requests'),
  refetchInterval: ({ state }) => (state.data?.items.length ? ASK_EVERY_MS : false),
});

/** Asks for coins. */
export const askForCoins = (memo: string): Promise<CoinRequest> =>
  api.send('POST', '/api/v1/wallet/requests', memo === '' ? {} : { memo });

/** Which account a statement is of. */
export type StatementOf = 'wallet' | 'earnings';

/** What moved the wallet, or the earnings, the newest first. */
export const statementQuery = (of: StatementOf) =>
  infiniteQueryOptions({
    queryKey: [of, 'statement'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      api.send<Page<StatementLine>>(
        'GET',
        `/api/v1/${of}/statement${pageParam === undefined ? '' : `?cursor=${pageParam}`}`,
      ),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    // Shares come while a call goes on, in another tab.
    refetchInterval: of === 'earnings' ? 15_000 : false,
  });

/** What is in a wallet, in two figures. */
export interface WalletSum {
  readonly balance: number;
  readonly held: number;
}

/** Reads what a wallet is made of, and what moved it, anew where its figures are others than before: they are shown beside each other. */
export async function readPartsAnew(
  client: QueryClient,
  before: WalletSum | undefined,
  after: WalletSum | undefined,
): Promise<void> {
  if (!before || !after || (before.balance === after.balance && before.held === after.held)) return;
  await Promise.all(
    ['lots', 'statement'].map((part) => client.invalidateQueries({ queryKey: ['wallet', part] })),
  );
}

/** What an account has, and when that was read (epoch ms). */
export interface SumRead {
  readonly balance: number;
  readonly readAt: number;
}

/** Whether a statement ends before what its account has by now: something has moved it since, and is not among the lines that are shown. */
export function isOlder(
  statement: { readonly newest: Pick<Movement, 'balance'> | undefined; readonly readAt: number },
  sum: SumRead,
): boolean {
  return sum.readAt > statement.readAt && sum.balance !== (statement.newest?.balance ?? 0);
}

/** A line as people read a statement: the units of one call are one line. */
export interface Movement {
  readonly id: string;
  readonly kind: string;
  readonly at: string;
  readonly coins: number;
  readonly balance: number;
  readonly units: number;
  readonly memo: string | null;
  readonly call: StatementLine['call'];
}

/** Puts the units of a call that follow each other together, and of what was given back those of one reason. Lines come newest first: the first has the balance. */
export function movementsOf(lines: readonly StatementLine[]): readonly Movement[] {
  const movements: Movement[] = [];
  for (const line of lines) {
    const last = movements.at(-1);
    const isSame =
      last?.call &&
      line.call &&
      last.call.callId === line.call.callId &&
      last.kind === line.kind &&
      last.memo === line.memo;
    if (isSame)
      movements[movements.length - 1] = { ...last, coins: last.coins + line.coins, units: last.units + 1 };
    else movements.push(movementOf(line));
  }
  return movements;
}

function movementOf({ id, kind, occurredAt, coins, balance, unit, memo, call }: StatementLine): Movement {
  return { id, kind, at: occurredAt, coins, balance, units: unit === null ? 0 : 1, memo, call };
}

export type { Lot };
