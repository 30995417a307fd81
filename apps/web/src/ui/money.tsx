import { useFormatter, useTranslations } from 'use-intl';
import type { JSX } from 'react';
import s from './money.module.css';

/** Coins: the figure in Mono, the unit beside it in Sans. */
export function Coins({ of, unit = true }: { of: number; unit?: boolean }): JSX.Element {
  const t = useTranslations('app');
  const format = useFormatter();
  return (
    <>
      <span className="digits">{Number.isInteger(of) ? wholeCoins(of) : format.number(of)}</span>
      {unit && <> {t('coins', { coins: of })}</>}
    </>
  );
}

const wholeCoins = (of: number): string => (of < 0 ? `−${-of}` : String(of));

/** The one sum that a page is about; what is not known yet is no 0. */
export function Sum({ of, testId }: { of: number | undefined; testId: string }): JSX.Element {
  return (
    <p className={s['figure']} data-testid={testId}>
      {of === undefined ? '–' : <Coins of={of} />}
    </p>
  );
}
