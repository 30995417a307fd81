import type { JSX } from 'react';
import { enRecordingLabels, type RecordingLabels } from './labels.ts';
import { useRecordings, type RecordingsOptions } from './use-recordings.ts';

/** Props of {@link RecordingButton}. */
export interface RecordingButtonProps extends RecordingsOptions {
  /** Who reads: whether they have answered is theirs. */
  readonly personId: string;
  readonly labels?: RecordingLabels;
}

/**
 * Recording in a call: a button for who may ask, the question to everybody else, and a sign that is always seen, and read out,
 * while it is recorded. Wants `@latido/react/recording.css`.
 */
export function RecordingButton(props: RecordingButtonProps): JSX.Element {
  const { labels = enRecordingLabels, personId } = props;
  const recordings = useRecordings(props);
  const { list, open, isRefused } = recordings;
  const mine = open?.answers.find((answer) => answer.personId === personId);
  const isAsked = open !== null && mine === undefined;
  const waiting = (open?.waitingFor ?? []).filter((one) => one.personId !== personId);
  const names = waiting.map(({ name }) => name).join(', ');
  return (
    <div className="lt-rec" data-testid="recording">
      <p className="lt-rec-sign" role="status" data-recorded={open?.state === 'recording'}>
        {open?.state === 'recording' && labels.recorded}
      </p>
      {open !== null && waiting.length > 0 && <p className="lt-rec-wait">{labels.asked(names)}</p>}
      {isAsked && (
        <section className="lt-rec-ask" role="alert" data-testid="recording-question">
          <p>{open.state === 'asked' ? labels.question(open.askedBy.name) : labels.questionLate}</p>
          <p className="lt-rec-about">{labels.about}</p>
          <button type="button" onClick={() => recordings.answer(true)} data-testid="recording-yes">
            {labels.yes}
          </button>
          <button type="button" onClick={() => recordings.answer(false)} data-testid="recording-no">
            {labels.no}
          </button>
        </section>
      )}
      {open !== null && mine && (
        <button type="button" onClick={recordings.stop} data-testid="recording-stop">
          {labels.stop}
        </button>
      )}
      {list?.mayAsk && open === null && (
        <button
          type="button"
          aria-disabled={list.unavailable !== null}
          onClick={() => list.unavailable ?? recordings.ask()}
          data-testid="record"
        >
          {labels.record}
          {list.unavailable && <span className="lt-rec-why">{labels.unavailable}</span>}
        </button>
      )}
      {isRefused && <p role="alert">{labels.failed}</p>}
    </div>
  );
}
