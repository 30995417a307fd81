import type {
  NewPacks,
  NewPlan,
  Packs,
  PlanListed,
  PlanPreview,
  PlanShown,
  PlanVersion,
} from '@latido/protocol';
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';

interface Listed<T> {
  readonly items: readonly T[];
}

/** A plan as its editor sends it: the policy says what is left out. */
export type PlanBody = { id: string } & Pick<NewPlan, 'name' | 'policy' | 'price'> & Partial<NewPlan>;

const planAt = (id: string): string => `/api/v1/plans/${encodeURIComponent(id)}`;

/** Every plan there is, those first that are offered. */
export const allPlansQuery = queryOptions({
  queryKey: ['plans', 'all'],
  queryFn: () => api.send<Listed<PlanListed>>('GET', '/api/v1/admin/plans'),
});

/** The versions of a plan. */
export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['plans', 'versions', id],
    queryFn: () => api.send<Listed<PlanVersion>>('GET', `${planAt(id)}/versions`),
  });

/** What durations cost: by the plan as it is written, or by one that is not yet. */
export const previewQuery = (of: { id: string } | PlanBody, ms: readonly number[]) =>
  queryOptions({
    queryKey: ['plans', 'preview', of, ms],
    queryFn: () =>
      'price' in of
        ? api.send<PlanPreview>('POST', `/api/v1/plans/preview?ms=${ms.join(',')}`, of)
        : api.send<PlanPreview>('GET', `${planAt(of.id)}/preview?ms=${ms.join(',')}`),
    placeholderData: (last: PlanPreview | undefined) => last,
  });

/** Writes the next version of a plan, which is refused where somebody else has written it meanwhile. */
export const writePlan = (plan: PlanBody & { version: number }): Promise<PlanShown> =>
  api.send('POST', '/api/v1/plans', plan);

/** Says which plans everybody may choose among, the default first. */
export const offerPlans = (plans: readonly string[]): Promise<unknown> =>
  api.send('PUT', '/api/v1/plans', { plans });

/** Says which packs can be bought, in their order. */
export const writePacks = (items: NewPacks['items']): Promise<Packs> =>
  api.send('PUT', '/api/v1/packs', { items });

export type { PlanListed };
