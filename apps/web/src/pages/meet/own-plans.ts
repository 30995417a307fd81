import { minutePrice } from '@latido/react';
import { useQuery } from '@tanstack/react-query';
import { api, type Me, type Plan } from '../../app/api.ts';

/** The plans that an earner may choose among. */
export function usePlans(me: Pick<Me, 'personId'>): readonly Plan[] {
  const plans = useQuery({
    queryKey: ['plans', me.personId],
    queryFn: () =>
      api.send<{ items: readonly Plan[] }>('GET', `/api/v1/plans?with=${encodeURIComponent(me.personId)}`),
    staleTime: 300_000,
  });
  return plans.data?.items ?? [];
}

/** What a minute brings them. */
export const minuteShare = (plan: Plan): number =>
  (minutePrice(plan) * (plan.earnerShareBp ?? 10_000)) / 10_000;
