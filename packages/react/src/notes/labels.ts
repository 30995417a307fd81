import type { NotesState } from './connection.ts';

/** The words of shared notes. */
export interface NotesLabels {
  readonly notes: string;
  readonly state: Readonly<Record<NotesState, string>>;
  readonly readOnly: string;
  readonly here: (names: readonly string[]) => string;
  readonly format: string;
  readonly heading: string;
  readonly bold: string;
  readonly italic: string;
  readonly bullets: string;
  readonly numbers: string;
  readonly checkboxes: string;
  readonly code: string;
  readonly link: string;
  readonly address: string;
  readonly setLink: string;
  readonly reload: string;
}

/** English. */
export const enNotesLabels: NotesLabels = {
  notes: 'Notes',
  state: {
    opening: 'Opening',
    saved: 'Saved',
    saving: 'Saving',
    offline: 'Offline. What you write is kept on this page and saved when you are back.',
    closed: 'These notes are not open to you any more.',
    refused: 'The last change was too large and is not saved. Copy what you need, then load the notes again.',
  },
  readOnly: 'You may read these notes.',
  here: (names) => `Here: ${names.join(', ')}`,
  format: 'Format',
  heading: 'Heading',
  bold: 'Bold',
  italic: 'Italic',
  bullets: 'List',
  numbers: 'Numbered list',
  checkboxes: 'Checkboxes',
  code: 'Code',
  link: 'Link',
  address: 'Address of the link',
  setLink: 'Set link',
  reload: 'Load again',
};

/** Spanish. */
export const esNotesLabels: NotesLabels = {
  notes: 'Notas',
  state: {
    opening: 'Abriendo',
    saved: 'Guardado',
    saving: 'Guardando',
    offline: 'Sin conexión. Lo que escribes queda en esta página y se guarda cuando vuelvas.',
    closed: 'Estas notas ya no están abiertas para ti.',
    refused:
      'El último cambio era demasiado grande y no se guardó. Copia lo que necesites y vuelve a cargar.',
  },
  readOnly: 'Puedes leer estas notas.',
  here: (names) => `Aquí: ${names.join(', ')}`,
  format: 'Formato',
  heading: 'Título',
  bold: 'Negrita',
  italic: 'Cursiva',
  bullets: 'Lista',
  numbers: 'Lista numerada',
  checkboxes: 'Casillas',
  code: 'Código',
  link: 'Enlace',
  address: 'Dirección del enlace',
  setLink: 'Poner enlace',
  reload: 'Cargar de nuevo',
};
