import type { Wallet } from '@latido/protocol';
import { useCallback, useEffect, useState } from 'react';
import type { Api } from './call/follow.ts';

/** The wallet of the person who is signed in. `wallet` is null until known, or where there is none. */
export interface WalletState {
  readonly wallet: Wallet | null;
  /** Asks the server again. */
  readonly refresh: () => Promise<void>;
}

/** Reads `GET /api/v1/wallet`, once and whenever `refresh` is called. */
export function useWallet(api: Api): WalletState {
  const [wallet, setWallet] = useState<Wallet | null>(null);
  const refresh = useCallback(async () => {
    // Without an answer the last balance stands: a wrong zero would frighten more than an old figure.
    const found = await api.send<Wallet>('GET', '/api/v1/wallet').catch(() => null);
    if (found) setWallet(found);
  }, [api]);
  useEffect(() => void refresh(), [refresh]);
  return { wallet, refresh };
}
