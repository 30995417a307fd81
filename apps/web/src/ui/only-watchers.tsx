import { LatidoError } from '@latido/client';
import type { JSX, ReactNode } from 'react';
import { Page } from './layout.tsx';
import { Failure, LoadingPage } from './states.tsx';
import { useMe, watches, type Me } from '../app/api.ts';

/** A page for those who look after people and calls, or for the fewer who `may`; everybody else is told that it is none for them. */
export function OnlyWatchers(props: { may?: (me: Me) => boolean; children: ReactNode }): JSX.Element {
  const { may = watches, children } = props;
  const me = useMe();
  if (!me) return <LoadingPage />;
  if (may(me)) return <>{children}</>;
  return (
    <Page>
      <Failure error={new LatidoError(403, null)} />
    </Page>
  );
}
