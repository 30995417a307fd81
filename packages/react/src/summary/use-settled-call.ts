import type { CallState } from '@latido/protocol';
import { useEffect, useState } from 'react';
import type { Api } from '../call/follow.ts';

const SETTLING_MS = 1_500;

/**
 * A call that has ended as it is by now: the last proofs and the last unit arrive a moment after it, so the sums are asked for until they
 * are final. Null where there was no call.
 */
export function useSettledCall(api: Api, call: CallState | null): CallState | null {
  const [latest, setLatest] = useState<CallState | null>(null);
  const callId = call?.callId ?? null;
  const shown = latest?.callId === callId ? latest : call;
  const isOpen = callId !== null && shown?.settled === false;
  useEffect(() => {
    if (!isOpen) return undefined;
    let isOver = false;
    const ask = (): void =>
      void api
        .send<CallState>('GET', `/api/v1/calls/${encodeURIComponent(callId)}`)
        .then((next) => !isOver && setLatest(next))
        .catch(() => undefined);
    ask();
    const timer = setInterval(ask, SETTLING_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [api, callId, isOpen]);
  return shown;
}
