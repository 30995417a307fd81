import type { JSX } from 'react';
import { Held } from './held.tsx';
import { enRecordingLabels, type RecordingLabels } from './labels.ts';
import { namesOf, Question } from './question.tsx';
import { useRecordings, type CallRecordings, type RecordingsOptions } from './use-recordings.ts';

/** Props of {@link RecordingButton}. */
export interface RecordingButtonProps extends RecordingsOptions {
  /** Who reads: whether they have answered is theirs. */
  readonly personId: string;
  readonly labels?: RecordingLabels;
}

/**
 * Recording in a call: a button for who may ask, the question to everybody else, what follows a no, and a sign that is always
 * seen, and read out, while it is recorded. Wants `@latido/react/recording.css`.
 */
export function RecordingButton(props: RecordingButtonProps): JSX.Element {
  const { labels = enRecordingLabels, personId } = props;
  const recordings = useRecordings(props);
  const { open, isRefused } = recordings;
  const mine = open?.answers.find((answer) => answer.personId === personId);
  const waiting = (open?.waitingFor ?? []).filter((one) => one.personId !== personId);
  return (
    <div className="lt-rec" data-testid="recording">
      <Sign recordings={recordings} labels={labels} />
      {open !== null && open.heldAt === null && waiting.length > 0 && (
        <p className="lt-rec-wait">{labels.asked(namesOf(waiting))}</p>
      )}
      {open !== null && mine === undefined && (
        <Question
          text={open.state === 'asked' ? labels.question(open.askedBy.name) : labels.questionLate}
          about={labels.about}
          labels={labels}
          onAnswer={recordings.answer}
        />
      )}
      {open !== null && open.heldAt !== null && (
        <Held open={open} recordings={recordings} personId={personId} labels={labels} />
      )}
      {open !== null && open.heldAt === null && mine && (
        <button type="button" onClick={recordings.stop} data-testid="recording-stop">
          {labels.stop}
        </button>
      )}
      <Record recordings={recordings} labels={labels} />
      {isRefused && <p role="alert">{labels.failed}</p>}
    </div>
  );
}

interface PartProps {
  recordings: CallRecordings;
  labels: RecordingLabels;
}

/** That it is recorded, or is no longer, and why: read out as it changes. */
function Sign({ recordings: { open, over }, labels }: PartProps): JSX.Element {
  const refusers = (over?.answers ?? []).filter(({ yes }) => !yes);
  const why =
    over?.reason === 'said_no' ? labels.over(namesOf(refusers)) : over?.reason && labels.reason[over.reason];
  return (
    <>
      <p
        className="lt-rec-sign"
        role="status"
        aria-live="assertive"
        data-recorded={open?.state === 'recording'}
      >
        {open?.state === 'recording' && labels.recorded}
      </p>
      <p className="lt-rec-over" role="status" data-testid="recording-over">
        {why}
      </p>
    </>
  );
}

function Record({ recordings: { list, open, ask }, labels }: PartProps): JSX.Element | null {
  if (!list?.mayAsk || open !== null) return null;
  return (
    <button
      type="button"
      aria-disabled={list.unavailable !== null}
      onClick={() => list.unavailable ?? ask()}
      data-testid="record"
    >
      {labels.record}
      {list.unavailable && <span className="lt-rec-why">{labels.unavailable}</span>}
    </button>
  );
}
