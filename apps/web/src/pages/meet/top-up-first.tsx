import { lazy, Suspense, useEffect, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/button.tsx';
import { isShort } from './standing.ts';

const TopUpSheet = lazy(async () => ({
  default: (await import('../wallet/top-up-sheet.tsx')).TopUpSheet,
}));

/** The way to more coins where they are what is missing; a refusal for want of them opens it by itself. */
export function TopUpFirst({ refusal }: { refusal: unknown }): JSX.Element {
  const t = useTranslations('meet');
  const [buys, setBuys] = useState(false);
  useEffect(() => {
    if (isShort(refusal)) setBuys(true);
  }, [refusal]);
  return (
    <>
      <Button wide onPress={() => setBuys(true)} data-testid="top-up-first">
        {t('topUp')}
      </Button>
      {buys && (
        <Suspense>
          <TopUpSheet onClose={() => setBuys(false)} />
        </Suspense>
      )}
    </>
  );
}
