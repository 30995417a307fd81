import type { LobbyPlace } from '@latido/protocol';
import { useEffect, useRef, type JSX, type ReactNode } from 'react';
import { formatClock } from '../parts/format.ts';
import { useKeptFocus } from '../parts/kept-focus.ts';
import { Trace } from '../parts/trace.tsx';
import { whyNot } from './follow.ts';
import { enLobbyLabels, type LobbyLabels } from './labels.ts';
import type { LobbyOptions } from './use-lobby.ts';
import { useLobbyPlace, type LobbyPlaceView } from './use-place.ts';

/** Props of {@link LobbyDoor}. */
export interface LobbyDoorProps extends LobbyOptions {
  /** Who lets people in. */
  readonly hostName: string;
  /** Whether the host is there already: the session goes on. */
  readonly isOpen: boolean;
  /** One's own picture while one waits, if the page has it. */
  readonly preview?: ReactNode;
  /** Whoever was let in goes on: show the call. */
  readonly onEnter: () => void;
  readonly labels?: LobbyLabels;
}

const WINDOW_MS = 30_000;
const waitsAs = (place: LobbyPlace | null): boolean => place?.state === 'waiting' || place?.state === 'away';

/**
 * The lobby as who waits sees it: asks to come in, tells the place and what the host said, and leads in. Being here is waiting; it counts
 * nothing by itself. Wants `@latido/react/lobby.css`.
 */
export function LobbyDoor(props: LobbyDoorProps): JSX.Element {
  const { labels = enLobbyLabels, hostName } = props;
  const view = useLobbyPlace(props);
  const { place, beats } = view;
  const waits = waitsAs(place);
  const state = place?.state ?? 'none';
  const box = useRef<HTMLElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  // The next button is another one: nobody presses it by pressing the last one twice.
  useKeptFocus(box, () => title.current);
  return (
    <section ref={box} className="lt-door" aria-label={labels.title} data-testid="door">
      <div role="status" className="lt-door-words">
        <h2 ref={title} tabIndex={-1} data-testid="door-state" data-state={state}>
          {labels.place(state, place?.position ?? 0)}
        </h2>
        {waits && <p>{props.isOpen ? labels.hostSees(hostName) : labels.hostIsTold(hostName)}</p>}
        {place?.sentence != null && <Said by={hostName} text={place.sentence} labels={labels} />}
        {place?.message != null && waits && (
          <Said by={place.message.byName} text={place.message.text} labels={labels} />
        )}
      </div>
      {(waits || place === null) && <p className="lt-door-muted">{labels.free}</p>}
      {waits && props.preview}
      {waits && (
        <p className="lt-door-waited">
          <Trace beats={beats} lastProofAt={beats.at(-1) ?? null} windowMs={WINDOW_MS} />
          <span>
            {labels.waitingFor} <span className="lt-door-clock">{formatClock(place?.waitingMs ?? 0)}</span>
          </span>
        </p>
      )}
      {view.error != null && <p role="alert">{whyNot(view.error, labels)}</p>}
      <Acts {...{ view, labels }} onEnter={props.onEnter} />
    </section>
  );
}

function Said({ by, text, labels }: { by: string; text: string; labels: LobbyLabels }): JSX.Element {
  return (
    <blockquote data-testid="door-said">
      <span>{labels.says(by)}</span>
      {text}
    </blockquote>
  );
}

function Acts(props: { view: LobbyPlaceView; labels: LobbyLabels; onEnter: () => void }): JSX.Element {
  const { view, labels } = props;
  const waits = waitsAs(view.place);
  const isIn = view.place?.state === 'admitted';
  const enter = useRef<HTMLButtonElement>(null);
  // Whoever waited with nothing in hand goes in by one key.
  useEffect(() => {
    if (isIn && document.activeElement === document.body) enter.current?.focus();
  }, [isIn]);
  if (isIn)
    return (
      <button
        ref={enter}
        key="enter"
        type="button"
        className="lt-lobby-primary"
        onClick={props.onEnter}
        data-testid="enter-session"
      >
        {labels.enter}
      </button>
    );
  return waits ? (
    <button key="leave" type="button" onClick={view.leave} data-testid="leave-door">
      {labels.leave}
    </button>
  ) : (
    <button
      key="ask"
      type="button"
      className="lt-lobby-primary"
      aria-disabled={view.isBusy}
      onClick={() => view.isBusy || view.ask()}
      data-testid="ask-in"
    >
      {labels.ask}
    </button>
  );
}
