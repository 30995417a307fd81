import type { Call } from '@latido/react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useRef, useState, type JSX } from 'react';
import { walletQuery } from '../../app/api.ts';

/** Loaded as it is opened: who has enough coins never needs it. */
const TopUpSheet = lazy(async () => ({
  default: (await import('../wallet/top-up-sheet.tsx')).TopUpSheet,
}));

/** What a call needs of the coins of who pays in it: the balance and a way to more of them for the room, and the sheet that is opened over it. */
export function useCoins(isPayer: boolean): {
  room: { balance: number | undefined; onTopUp?: () => void };
  sheet: JSX.Element | null;
  follow: (call: Call) => void;
} {
  const client = useQueryClient();
  const wallet = useQuery({ ...walletQuery, enabled: isPayer });
  const [buys, setBuys] = useState(false);
  const known = useRef('');
  return {
    room: { balance: wallet.data?.balance, ...(isPayer ? { onTopUp: () => setBuys(true) } : {}) },
    sheet: buys ? (
      <Suspense>
        <TopUpSheet onClose={() => setBuys(false)} />
      </Suspense>
    ) : null,
    // Whenever the call has cost something more, or coins have come by whatever way, the balance is another.
    follow(call) {
      const told = `${call.call?.coins ?? ''} ${call.call?.meter?.available ?? ''}`;
      if (told !== known.current) void client.invalidateQueries({ queryKey: walletQuery.queryKey });
      known.current = told;
    },
  };
}
