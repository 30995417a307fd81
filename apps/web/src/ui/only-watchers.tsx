import { LatidoError } from '@latido/client';
import type { JSX, ReactNode } from 'react';
import { Page } from './layout.tsx';
import { Failure, LoadingPage } from './states.tsx';
import { useMe, watches } from '../app/api.ts';

/** A page for those who look after people and calls; everybody else is told that it is none for them. */
export function OnlyWatchers({ children }: { children: ReactNode }): JSX.Element {
  const me = useMe();
  if (!me) return <LoadingPage />;
  if (watches(me)) return <>{children}</>;
  return (
    <Page>
      <Failure error={new LatidoError(403, null)} />
    </Page>
  );
}
