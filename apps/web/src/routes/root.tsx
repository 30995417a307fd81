import { NoAnswer } from '@latido/client';
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, redirect } from '@tanstack/react-router';
import { meQuery } from '../app/api.ts';
import { loadMoreWords } from '../app/preferences.tsx';
import { AppShell } from '../ui/app-shell.tsx';
import { NotFoundPage, RouteError } from '../ui/states.tsx';

/** What routes are loaded with. */
export interface Context {
  readonly client: QueryClient;
}

/**
 * A page that is loaded when it is gone to. The router answers a failure by loading the window anew, which is right
 * after an update of ours; without a network it would end in the browser's own page of error.
 */
export const part =
  <Module,>(load: () => Promise<Module>) =>
  (): Promise<Module> =>
    load().catch((error: unknown) => Promise.reject(navigator.onLine ? error : new NoAnswer('offline')));

/** What every page is in. */
export const root = createRootRouteWithContext<Context>()({
  component: AppShell,
  notFoundComponent: NotFoundPage,
  errorComponent: RouteError,
});

/** A word of the address; undefined where it says none. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Pages of a person: whoever is not signed in is asked to, and comes back afterwards. */
export async function signedIn({
  context,
  location,
}: {
  context: Context;
  location: { href: string };
}): Promise<void> {
  const me = await context.client.ensureQueryData(meQuery).catch(() => undefined);
  if (me === null) throw redirect({ to: '/sign-in', search: { next: location.href } });
}

/** A page whose words do not come with the first ones: few people open it. */
export const rarePart = <Module,>(load: () => Promise<Module>): (() => Promise<Module>) =>
  part(async () => {
    const [page] = await Promise.all([load(), loadMoreWords()]);
    return page;
  });
