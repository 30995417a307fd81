import { useTranslations } from 'use-intl';
import type { JSX } from 'react';

/** Coins: the figure in Mono, the unit beside it in Sans. */
export function Coins({ of, unit = true }: { of: number; unit?: boolean }): JSX.Element {
  const t = useTranslations('app');
  return (
    <>
      <span className="digits">{of}</span>
      {unit && <> {t('coins', { coins: of })}</>}
    </>
  );
}
