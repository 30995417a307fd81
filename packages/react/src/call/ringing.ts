import type { CallState, Ringing } from '@latido/protocol';
import { useEffect, useState } from 'react';
import type { Api } from './follow.ts';

const ASK_EVERY_MS = 3_000;

/** Whether a call rings at this person now. */
export function ringsAt(call: CallState | null, personId: string | undefined): boolean {
  return call?.ringsUntil != null && call.called === personId;
}

/** While a call rings at the partner: whether it reaches them, asked again and again. Null until the server has said. */
export function useRinging(api: Api, call: CallState | null, partnerId: string | undefined): Ringing | null {
  const [ringing, setRinging] = useState<Ringing | null>(null);
  const callId = call?.callId;
  const rings = ringsAt(call, partnerId);
  useEffect(() => {
    setRinging(null);
    if (!rings || callId === undefined) return;
    let stopped = false;
    const ask = async (): Promise<void> => {
      const said = await api
        .send<Ringing>('GET', `/api/v1/calls/${encodeURIComponent(callId)}/ringing`)
        .catch(() => null);
      if (!stopped && said) setRinging(said);
    };
    void ask();
    const timer = setInterval(() => void ask(), ASK_EVERY_MS);
    return () => {
      stopped = true;
      clearInterval(timer);
    };
  }, [api, callId, rings]);
  return ringing;
}
