import type { LobbyEntry } from '@latido/protocol';
import { useId, useState, type FormEvent, type JSX, type KeyboardEvent, type ReactNode } from 'react';
import { formatClock } from '../parts/format.ts';
import { Trace } from '../parts/trace.tsx';
import type { LobbyLabels } from './labels.ts';
import type { LobbyAct } from './use-lobby.ts';

/** Signs come every five seconds: so many are in view. */
const WINDOW_MS = 30_000;
const SENTENCE_MAX = 300;

/** Somebody at the door, or within. */
export function EntryRow(props: {
  entry: LobbyEntry;
  isOpen: boolean;
  signs: readonly number[];
  labels: LobbyLabels;
  onAct: (what: LobbyAct, sentence?: string) => void;
  tools: ReactNode;
}): JSX.Element {
  const { entry, labels, signs, tools } = props;
  const [denies, setDenies] = useState(false);
  const waits = entry.position !== null;
  return (
    <li className="lt-lobby-row" data-testid="lobby-entry" data-state={entry.state}>
      <span className="lt-lobby-place" aria-hidden>
        {entry.position}
      </span>
      <div className="lt-lobby-who">
        <strong>{entry.name}</strong>
        <span className="lt-lobby-state">
          {labels.state[entry.state]}
          {!entry.isBooked && ` · ${entry.isGuest ? labels.guest : labels.notBooked}`}
        </span>
      </div>
      {waits && <Trace beats={signs} lastProofAt={signs.at(-1) ?? null} windowMs={WINDOW_MS} width={92} />}
      <span className="lt-lobby-waited">
        <span className="lt-sr">{labels.waitedFor} </span>
        {formatClock(entry.waitingMs)}
      </span>
      <Buttons {...props} onDeny={() => setDenies(true)} isDenying={denies && waits} />
      {denies && waits && (
        <Deny
          {...{ entry, labels }}
          onDeny={(sentence) => {
            setDenies(false);
            props.onAct('deny', sentence);
          }}
          onCancel={() => setDenies(false)}
        />
      )}
      {tools && <div className="lt-lobby-tools">{tools}</div>}
    </li>
  );
}

function Buttons(props: {
  entry: LobbyEntry;
  isOpen: boolean;
  labels: LobbyLabels;
  isDenying: boolean;
  onAct: (what: LobbyAct) => void;
  onDeny: () => void;
}): JSX.Element {
  const { entry, labels, isOpen, onAct } = props;
  const { name, state, position } = entry;
  const button = (testId: string, [word, whom]: [string, (name: string) => string], onClick: () => void) => (
    <button type="button" aria-label={whom(name)} data-testid={testId} onClick={onClick}>
      {word}
    </button>
  );
  return (
    <div className="lt-lobby-acts">
      {position !== null && !props.isDenying && button('deny', [labels.deny, labels.denyWhom], props.onDeny)}
      {state !== 'admitted' && isOpen && (
        <span className="lt-lobby-admit">
          {button('admit', [labels.admit, labels.admitWhom], () => onAct('admit'))}
        </span>
      )}
      {state === 'admitted' && (
        <>
          {isOpen && button('send-back', [labels.sendBack, labels.sendBackWhom], () => onAct('send-back'))}
          {button('remove', [labels.remove, labels.removeWhom], () => onAct('remove'))}
        </>
      )}
    </div>
  );
}

/** What they read who is denied: one of those that are often said, one's own, or nothing. */
function Deny(props: {
  entry: LobbyEntry;
  labels: LobbyLabels;
  onDeny: (sentence: string) => void;
  onCancel: () => void;
}): JSX.Element {
  const { entry, labels, onCancel } = props;
  const id = useId();
  const [sentence, setSentence] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    props.onDeny(sentence);
  };
  const escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    // It closes this, and not the window around it.
    event.stopPropagation();
    onCancel();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form className="lt-lobby-deny" onSubmit={submit} onKeyDown={escape}>
      <label htmlFor={id}>{labels.denyWhy(entry.name)}</label>
      <input
        id={id}
        value={sentence}
        maxLength={SENTENCE_MAX}
        autoComplete="off"
        ref={(field) => field?.focus()}
        onChange={(event) => setSentence(event.target.value)}
        data-testid="deny-sentence"
      />
      <div className="lt-lobby-often">
        {labels.denySentences.map((each) => (
          <button key={each} type="button" onClick={() => setSentence(each)}>
            {each}
          </button>
        ))}
      </div>
      <div className="lt-lobby-acts">
        <button type="button" onClick={onCancel}>
          {labels.keep}
        </button>
        <button type="submit" className="lt-lobby-danger" data-testid="deny-now">
          {labels.denyNow}
        </button>
      </div>
    </form>
  );
}
