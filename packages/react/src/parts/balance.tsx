import type { JSX } from 'react';
import { useLabels } from '../labels-context.ts';
import { withDigits } from './call-meter.tsx';

/** Coins in a wallet. Shows a dash until they are known. */
export function Balance({ coins }: { coins: number | null }): JSX.Element {
  const labels = useLabels();
  return (
    <span className="lt-balance" data-testid="balance">
      {coins === null ? '–' : withDigits(labels.coins, coins)}
    </span>
  );
}
