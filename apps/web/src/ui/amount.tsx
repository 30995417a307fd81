import type { JSX } from 'react';
import { useLocale } from 'use-intl';
import { amountParts } from '../app/amounts.ts';

/** An amount of money: the figure in Mono, its currency in Sans. */
export function Amount({ of, currency }: { of: number; currency: string }): JSX.Element {
  const locale = useLocale();
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      {amountParts(locale, of, currency).map(({ text, isDigits }) => (
        <span key={`${isDigits} ${text}`} className={isDigits ? 'digits' : undefined}>
          {text}
        </span>
      ))}
    </span>
  );
}

/** Amounts of several currencies, one under the other. */
export function Amounts({
  of,
}: {
  of: readonly { readonly currency: string; readonly amount: number }[];
}): JSX.Element {
  if (of.length === 0) return <span className="digits muted">0</span>;
  return (
    <>
      {of.map(({ currency, amount }) => (
        <span key={currency} style={{ display: 'block' }}>
          <Amount of={amount} currency={currency} />
        </span>
      ))}
    </>
  );
}
