import { enNotesLabels, esNotesLabels, SharedNotes } from '@latido/react/notes';
import '@latido/react/notes.css';
import type { JSX } from 'react';
import { notesTicket } from '../../app/notes.ts';
import { usePreferences } from '../../app/preferences.tsx';
import s from './notes.module.css';

/** The editor of a session's notes, in the colours of the page. Heavy: whoever opens no notes does not load it. */
export default function NotesEditor({ sessionId }: { sessionId: string }): JSX.Element {
  const { locale } = usePreferences();
  return (
    <div className={s['editor']}>
      <SharedNotes
        key={sessionId}
        giveTicket={() => notesTicket(sessionId)}
        labels={locale === 'es' ? esNotesLabels : enNotesLabels}
      />
    </div>
  );
}
