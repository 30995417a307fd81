import type { JSX } from 'react';
import type { RecordingLabels } from './labels.ts';

/** Asks somebody whether they may be recorded. */
export function Question({
  text,
  about,
  labels,
  onAnswer,
  isPage = false,
}: {
  text: string;
  about: string;
  labels: RecordingLabels;
  onAnswer: (yes: boolean) => void;
  /** Whether it stands alone on its page. */
  isPage?: boolean;
}): JSX.Element {
  return (
    <section className="lt-rec-ask" role="alert" data-testid="recording-question">
      {isPage ? <h1>{text}</h1> : <p>{text}</p>}
      <p className="lt-rec-about">{about}</p>
      <button type="button" onClick={() => onAnswer(true)} data-testid="recording-yes">
        {labels.yes}
      </button>
      <button type="button" onClick={() => onAnswer(false)} data-testid="recording-no">
        {labels.no}
      </button>
    </section>
  );
}

/** Names of people, for a sentence. */
export const namesOf = (people: readonly { name: string }[]): string =>
  people.map(({ name }) => name).join(', ');
