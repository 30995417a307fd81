import type { Lobby, LobbyEntry } from '@latido/protocol';
import { useId, useState, type FormEvent, type JSX } from 'react';
import type { LobbyLabels } from './labels.ts';
import type { LobbyView } from './use-lobby.ts';

const TEXT_MAX = 300;

/** A line to who waits, and what was written last. */
export function WriteToLobby(props: {
  view: LobbyView;
  waiting: readonly LobbyEntry[];
  written: Lobby['written'];
  labels: LobbyLabels;
}): JSX.Element {
  const { view, waiting, written, labels } = props;
  const id = useId();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState('');
  // Who was let in meanwhile does not wait: then it is to everybody.
  const to = waiting.some(({ entryId }) => entryId === chosen) ? chosen : '';
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (text.trim() === '' || view.isBusy) return;
    if (await view.write(text, to === '' ? undefined : to)) setText('');
  };
  return (
    <div className="lt-lobby-write">
      {written && (
        <p data-testid="lobby-written">
          {written.text}
          <span>{labels.written(written.to)}</span>
        </p>
      )}
      {waiting.length > 0 && (
        <form onSubmit={(event) => void submit(event)}>
          <label htmlFor={id} className="lt-sr">
            {labels.write}
          </label>
          <input
            id={id}
            value={text}
            maxLength={TEXT_MAX}
            placeholder={labels.write}
            autoComplete="off"
            onChange={(event) => setText(event.target.value)}
            data-testid="lobby-text"
          />
          {waiting.length > 1 && (
            <select
              aria-label={labels.writeTo}
              value={to}
              onChange={(event) => setChosen(event.target.value)}
            >
              <option value="">{labels.everybody}</option>
              {waiting.map(({ entryId, name }) => (
                <option key={entryId} value={entryId}>
                  {name}
                </option>
              ))}
            </select>
          )}
          <button type="submit" data-testid="lobby-send">
            {labels.send}
          </button>
        </form>
      )}
    </div>
  );
}
