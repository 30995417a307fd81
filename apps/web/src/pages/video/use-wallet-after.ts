import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { pays, walletQuery, type CallState, type Me } from '../../app/api.ts';

/** The wallet of who paid a call, asked anew once its last unit is counted: before that it has what the call still holds. */
export function useWalletAfter(me: Me, call: CallState | null | undefined) {
  const wallet = useQuery({ ...walletQuery, enabled: pays(me) });
  const isSettled = call?.settled ?? true;
  const { refetch } = wallet;
  useEffect(() => {
    if (isSettled && pays(me)) void refetch();
  }, [isSettled, me, refetch]);
  return wallet;
}
