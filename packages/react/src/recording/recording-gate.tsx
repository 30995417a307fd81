import { useEffect, useState, type JSX, type ReactNode } from 'react';
import { enRecordingLabels } from './labels.ts';
import { Question } from './question.tsx';
import type { RecordingButtonProps } from './recording-button.tsx';
import { useRecordings } from './use-recordings.ts';

/** Props of {@link RecordingGate}. */
export interface RecordingGateProps extends RecordingButtonProps {
  /** The call itself: it begins when there is nothing to answer any more. */
  readonly children: ReactNode;
  /** While it is not known yet. */
  readonly loading?: ReactNode;
}

/**
 * Before a call: whoever comes into one that is recorded, or asked to be, answers first. Once passed it stays open.
 * Wants `@latido/react/recording.css`.
 */
export function RecordingGate(props: RecordingGateProps): JSX.Element {
  const { labels = enRecordingLabels, personId, children, loading = null } = props;
  const [isPassed, setPassed] = useState(false);
  const { open, isRead, answer } = useRecordings({ ...props, isOver: isPassed });
  const isAsked = open !== null && !open.answers.some((each) => each.personId === personId);
  const mayPass = isPassed || (isRead && !isAsked);
  useEffect(() => {
    if (mayPass) setPassed(true);
  }, [mayPass]);
  if (mayPass) return <>{children}</>;
  if (!isAsked) return <>{loading}</>;
  return (
    <div className="lt-rec lt-rec-gate" data-testid="recording-gate">
      <Question
        text={open.state === 'asked' ? labels.question(open.askedBy.name) : labels.questionBefore}
        about={labels.aboutBefore}
        labels={labels}
        onAnswer={answer}
        isPage
      />
    </div>
  );
}
