import type { Recording } from '@latido/protocol';
import type { JSX } from 'react';
import type { RecordingLabels } from './labels.ts';
import { namesOf } from './question.tsx';
import type { CallRecordings } from './use-recordings.ts';

/** After a no: what that means, and for who chooses, what may follow. */
export function Held({
  open,
  recordings,
  personId,
  labels,
}: {
  open: Recording;
  recordings: CallRecordings;
  personId: string;
  labels: RecordingLabels;
}): JSX.Element {
  const isMine = open.refusedBy.some((one) => one.personId === personId);
  return (
    <section className="lt-rec-ask" data-testid="recording-held">
      <p role="status">{textOf(open, isMine, labels)}</p>
      {isMine && (
        <button type="button" onClick={() => recordings.answer(true)} data-testid="recording-yes">
          {labels.yes}
        </button>
      )}
      {open.mayChoose && (
        <>
          {open.goesOnAt === null && (
            <button type="button" onClick={recordings.goOn} data-testid="recording-go-on">
              {open.refusedBy.length > 0 ? labels.goOn : labels.goOnNow}
            </button>
          )}
          <button type="button" onClick={recordings.stop} data-testid="recording-stop">
            {labels.stopAsking}
          </button>
        </>
      )}
    </section>
  );
}

function textOf({ refusedBy, goesOnAt }: Recording, isMine: boolean, labels: RecordingLabels): string {
  if (isMine) return labels.refusedByYou;
  if (refusedBy.length === 0) return labels.refusersLeft;
  const names = namesOf(refusedBy);
  return goesOnAt === null ? labels.refused(names) : `${labels.refused(names)} ${labels.goesOn(names)}`;
}
