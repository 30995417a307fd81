import type { Editor } from '@tiptap/core';
import { useEffect, useReducer, useRef, useState, type JSX } from 'react';
import { openNotes, type GiveTicket, type NotesConnection, type NotesView } from './connection.ts';
import { enNotesLabels, type NotesLabels } from './labels.ts';
import { makeEditor } from './make-editor.ts';
import { Toolbar } from './toolbar.tsx';

/** @see SharedNotes */
export interface SharedNotesProps {
  /** Gives a ticket: the answer of `POST /api/v1/bookings/{id}/notes/ticket`. Asked again after a lost connection. */
  giveTicket: GiveTicket;
  /** Where Latido is; the page's own origin where nothing is said. */
  server?: string;
  labels?: NotesLabels;
}

const OPENING: NotesView = { state: 'opening', isSynced: false, mayWrite: false, names: [] };
/** Keys pressed before the first drawing has settled would be drawn over. */
const SETTLES_MS = 300;

/**
 * The notes of a session, written by all its people at once: headings, lists, checkboxes, links, code, cursors with names, and in words whether
 * what was written is saved. Wants `@latido/react/notes.css`.
 */
export function SharedNotes({ giveTicket, server, labels = enNotesLabels }: SharedNotesProps): JSX.Element {
  const [attempt, again] = useReducer((count: number) => count + 1, 0);
  const [view, setView] = useState(OPENING);
  const [connection, setConnection] = useState<NotesConnection | null>(null);
  const ticket = useRef(giveTicket);
  ticket.current = giveTicket;
  useEffect(() => {
    setView(OPENING);
    const close = openNotes({
      giveTicket: () => ticket.current(),
      server: server ?? window.location.origin,
      show: setView,
      opened: setConnection,
    });
    return () => {
      setConnection(null);
      close();
    };
  }, [server, attempt]);
  const { state, isSynced, names } = view;
  return (
    <section className="lt-notes" aria-label={labels.notes} data-state={state}>
      {connection && isSynced && <Page connection={connection} mayWrite={view.mayWrite} labels={labels} />}
      <p className="lt-notes-state" role="status" data-testid="notes-state">
        {labels.state[state]}
        {state === 'refused' && (
          <button type="button" onClick={again}>
            {labels.reload}
          </button>
        )}
      </p>
      {names.length > 0 && <p className="lt-notes-here">{labels.here(names)}</p>}
    </section>
  );
}

function Page({
  connection,
  mayWrite,
  labels,
}: {
  connection: NotesConnection;
  mayWrite: boolean;
  labels: NotesLabels;
}): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  const [isSettled, setSettled] = useState(false);
  const [, drawn] = useReducer((count: number) => count + 1, 0);
  const { notes } = labels;
  useEffect(() => {
    if (!place.current) return;
    const made = makeEditor(place.current, connection.provider, notes);
    made.on('transaction', drawn);
    setEditor(made);
    const settling = setTimeout(() => setSettled(true), SETTLES_MS);
    return () => {
      clearTimeout(settling);
      setEditor(null);
      setSettled(false);
      made.destroy();
    };
  }, [connection, notes]);
  useEffect(() => {
    editor?.setEditable(mayWrite && isSettled, false);
  }, [editor, mayWrite, isSettled]);
  return (
    <>
      {editor && mayWrite ? (
        <Toolbar editor={editor} labels={labels} />
      ) : (
        <p>{!mayWrite && labels.readOnly}</p>
      )}
      <div className="lt-notes-page" ref={place} />
    </>
  );
}
