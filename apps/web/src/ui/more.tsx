import type { JSX, ReactNode } from 'react';
import { Button } from './button.tsx';

/** A list that is read page by page. */
interface Paged {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
}

/** The way to the next page of a list, while there is one. */
export function More({ of, children }: { of: Paged; children: ReactNode }): JSX.Element | null {
  if (!of.hasNextPage) return null;
  return (
    <Button isPending={of.isFetchingNextPage} onPress={() => void of.fetchNextPage()}>
      {children}
    </Button>
  );
}
