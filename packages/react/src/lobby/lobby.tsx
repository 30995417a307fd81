import type { LobbyEntry } from '@latido/protocol';
import { useEffect, useRef, useState, type JSX, type KeyboardEvent, type ReactNode } from 'react';
import { useKeptFocus } from '../parts/kept-focus.ts';
import { EntryRow } from './entry-row.tsx';
import { whyNot } from './follow.ts';
import { enLobbyLabels, type LobbyLabels } from './labels.ts';
import { withSigns, type Signs } from './signs.ts';
import { useLobby, type LobbyOptions, type LobbyView } from './use-lobby.ts';
import { WriteToLobby } from './write.tsx';

/** Props of {@link Lobby}. */
export interface LobbyProps extends LobbyOptions {
  /** Whether the session goes on: only then somebody is let in. */
  readonly isOpen: boolean;
  /** What else may be done with somebody within, e.g. to mute them. */
  readonly tools?: ((entry: LobbyEntry) => ReactNode) | undefined;
  readonly labels?: LobbyLabels;
}

const NOT_LISTENING = 'input, select, textarea';

/** The traces of who waits, as far as signs of them were seen. */
function useSigns(lobby: LobbyView['lobby']): Signs {
  const [signs, setSigns] = useState<Signs>(new Map());
  useEffect(() => {
    if (lobby) setSigns((before) => withSigns(before, lobby, Date.now()));
  }, [lobby]);
  return signs;
}

/**
 * The lobby as a host of a session sees it: who waits, in the order of asking, and for how long; lets in one or all (the key A lets in
 * the first), denies with a sentence, sends back, takes out, and writes to who waits. Wants `@latido/react/lobby.css`.
 */
export function Lobby(props: LobbyProps): JSX.Element {
  const { labels = enLobbyLabels, isOpen } = props;
  const view = useLobby(props);
  const { lobby, waiting, act } = view;
  const signs = useSigns(lobby);
  const box = useRef<HTMLElement>(null);
  useKeptFocus(box);
  const onKeyDown = (event: KeyboardEvent): void => {
    const writes = event.target instanceof Element && event.target.closest(NOT_LISTENING) !== null;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
    const first = waiting[0];
    if (event.key.toLowerCase() === 'a' && plain && !writes && isOpen && first) act([first], 'admit');
  };
  return (
    // The key works wherever in it the focus is.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section ref={box} className="lt-lobby" tabIndex={-1} aria-label={labels.title} onKeyDown={onKeyDown}>
      <div className="lt-lobby-head">
        <p role="status">{lobby ? labels.count(waiting.length) : ''}</p>
        {isOpen && waiting.length > 1 && (
          <button
            type="button"
            className="lt-lobby-primary"
            // Focus stays on it meanwhile.
            aria-disabled={view.isBusy}
            onClick={() => view.isBusy || act(waiting, 'admit')}
            data-testid="admit-all"
          >
            {labels.admitAll}
          </button>
        )}
      </div>
      {view.error != null && <p role="alert">{whyNot(view.error, labels)}</p>}
      {lobby && lobby.items.length > 0 && (
        <ul aria-label={labels.title}>
          {lobby.items.map((entry) => (
            <EntryRow
              key={entry.entryId}
              {...{ entry, isOpen, labels }}
              signs={signs.get(entry.entryId) ?? []}
              onAct={(what, sentence) => act([entry], what, sentence)}
              tools={entry.state === 'admitted' ? props.tools?.(entry) : undefined}
            />
          ))}
        </ul>
      )}
      {lobby && (waiting.length > 0 || lobby.written !== null) && (
        <WriteToLobby {...{ view, waiting, labels }} written={lobby.written} />
      )}
    </section>
  );
}
