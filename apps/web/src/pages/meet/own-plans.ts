import { minutePrice } from '@latido/react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, type Me, type Plan } from '../../app/api.ts';

/** The plans that an earner may choose among; `asked` are the coins a minute that the line knows of them. */
export function usePlans(me: Pick<Me, 'personId'>, asked: number | null | undefined): readonly Plan[] {
  const plans = useQuery({
    // What the line says they ask is newer than what was read: at another price the plans are read anew.
    queryKey: ['plans', me.personId, asked ?? null],
    queryFn: () =>
      api.send<{ items: readonly Plan[] }>('GET', `/api/v1/plans?with=${encodeURIComponent(me.personId)}`),
    staleTime: 300_000,
    placeholderData: keepPreviousData,
  });
  return plans.data?.items ?? [];
}

/** What a minute brings them. */
export const minuteShare = (plan: Plan): number =>
  (minutePrice(plan) * (plan.earnerShareBp ?? 10_000)) / 10_000;
