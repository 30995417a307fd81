import type { CallPerson } from '@latido/protocol';
import type { JSX } from 'react';
import { useLabels } from '../labels-context.ts';
import type { CallScreen } from '../call/screen.ts';
import type { Labels } from '../labels.ts';
import { Trace } from './trace.tsx';

/** Props of {@link PartnerStatus}. */
export interface PartnerStatusProps {
  /** Of the partner. */
  readonly name: string;
  /** Of `useCall`: decides the word beside the name. */
  readonly screen: CallScreen;
  /** Proofs of life by our clock, epoch ms, ascending. */
  readonly beats: readonly number[];
  /** The latest of them that the server counted, epoch ms by our clock; from here on the trace is flat. */
  readonly lastProofAt: number | null;
  /** A fixed instant instead of the running clock: for what is over, and for pictures. */
  readonly frozenAt?: number | undefined;
  /** Why they are not there, where that is known. */
  readonly away?: CallPerson['away'] | undefined;
}

function wordOf(screen: CallScreen, labels: Labels, away: CallPerson['away']): string {
  switch (screen) {
    case 'live':
      return labels.together;
    case 'partner_suspected':
      return labels.suspected;
    case 'media_away':
      return labels.mediaAway;
    case 'partner_reconnecting':
      return away === 'closed_page' ? labels.pageClosed : labels.reconnecting;
    case 'me_reconnecting':
      return labels.reconnecting;
    case 'waiting_partner':
      return labels.waiting;
    case 'connecting':
      return labels.connecting;
    default:
      return labels.gone;
  }
}

/** The partner's name, their state in one word, and their trace. */
export function PartnerStatus({
  name,
  screen,
  beats,
  lastProofAt,
  frozenAt,
  away,
}: PartnerStatusProps): JSX.Element {
  const labels = useLabels();
  return (
    <div className="lt-partner" data-screen={screen}>
      <div className="lt-partner-words">
        <strong data-testid="partner-name" title={name}>
          {name}
        </strong>
        <span data-testid="partner-state" data-state={screen}>
          {wordOf(screen, labels, away)}
        </span>
      </div>
      <Trace beats={beats} lastProofAt={lastProofAt} frozenAt={frozenAt} />
    </div>
  );
}
