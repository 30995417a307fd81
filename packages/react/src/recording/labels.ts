import type { Recording } from '@latido/protocol';

/** The words of recordings. */
export interface RecordingLabels {
  readonly record: string;
  readonly stop: string;
  /** The sign that is always seen while it is recorded. */
  readonly recorded: string;
  readonly asked: (names: string) => string;
  readonly question: (name: string) => string;
  readonly questionLate: string;
  /** To who is about to come in. */
  readonly questionBefore: string;
  readonly aboutBefore: string;
  /** What a yes means. */
  readonly about: string;
  readonly yes: string;
  readonly no: string;
  readonly takeBack: string;
  /** After a no; `names` are those who are there and said it. */
  readonly refused: (names: string) => string;
  readonly refusedByYou: string;
  readonly refusersLeft: string;
  /** To who chooses. */
  readonly goOn: string;
  readonly goOnNow: string;
  readonly stopAsking: string;
  readonly goesOn: (names: string) => string;
  /** It is over, and who said no. */
  readonly over: (names: string) => string;
  readonly unavailable: string;
  readonly failed: string;
  readonly recordings: string;
  readonly empty: string;
  /** Of a film whose end is not there yet. */
  readonly writing: string;
  readonly chapters: string;
  readonly chapter: Readonly<Record<Recording['chapters'][number]['kind'], (name: string) => string>>;
  readonly part: (n: number) => string;
  /** Until when the files are kept; `day` is a date. */
  readonly keptUntil: (day: string) => string;
  readonly download: string;
  readonly remove: string;
  readonly reallyRemove: string;
  readonly keep: string;
  readonly removedBy: (name: string) => string;
  readonly reason: Readonly<Record<NonNullable<Recording['reason']>, string>>;
  /** For dates and times. */
  readonly language: string;
}

/** English. */
export const enRecordingLabels: RecordingLabels = {
  record: 'Record',
  stop: 'Stop recording',
  recorded: 'This call is being recorded',
  asked: (names) => `Waiting for the yes of ${names}`,
  question: (name) => `${name} wants to record this call.`,
  questionLate: 'This call is being recorded, without you until you say yes.',
  questionBefore: 'This call is being recorded. Is that all right with you?',
  aboutBefore: 'Answer before you come in. With a no, nothing is recorded while you are there.',
  about: 'The file stays with the call. Its people can watch it. A no stops it.',
  yes: 'Yes, record me',
  no: 'No',
  takeBack: 'Take my yes back',
  refused: (names) => `${names} said no. Nothing is recorded.`,
  refusedByYou: 'You said no. Nothing is recorded while you are here.',
  refusersLeft: 'Who said no has left. Nothing is recorded yet.',
  goOn: 'Go on once they have left',
  goOnNow: 'Go on',
  stopAsking: 'Do not record',
  goesOn: (names) => `It goes on once ${names} has left.`,
  over: (names) => `${names} said no. Nothing is recorded any more.`,
  unavailable: 'Nothing can be recorded here: the server lacks ffmpeg.',
  failed: 'That did not work. Try again in a moment.',
  recordings: 'Recordings',
  empty: 'Nothing was recorded.',
  writing: 'The film is being written…',
  chapters: 'Chapters',
  chapter: { join: (name) => `${name} came in`, hand: (name) => `${name} raised a hand` },
  part: (n) => `Part ${n}`,
  keptUntil: (day) => `Kept until ${day}`,
  download: 'Download',
  remove: 'Delete',
  reallyRemove: 'Delete for everybody',
  keep: 'Keep',
  removedBy: (name) => `Deleted by ${name}.`,
  reason: {
    said_no: 'Somebody said no.',
    not_answered: 'Not everybody answered.',
    call_ended: 'It ended with the call.',
    by_hand: 'It was stopped.',
    disk_full: 'It stopped: the server has no room left.',
    engine_failed: 'It stopped: the recorder broke.',
    expired: 'It was kept long enough, and went.',
  },
  language: 'en',
};

/** Spanish. */
export const esRecordingLabels: RecordingLabels = {
  record: 'Grabar',
  stop: 'Dejar de grabar',
  recorded: 'Esta llamada se está grabando',
  asked: (names) => `Falta el sí de ${names}`,
  question: (name) => `${name} quiere grabar esta llamada.`,
  questionLate: 'Esta llamada se está grabando, sin ti hasta que digas que sí.',
  questionBefore: 'Esta llamada se está grabando. ¿Te parece bien?',
  aboutBefore: 'Responde antes de entrar. Con un no, nada se graba mientras estés.',
  about: 'El archivo queda con la llamada. Lo pueden ver sus personas. Con un no se deja de grabar.',
  yes: 'Sí, grábame',
  no: 'No',
  takeBack: 'Retirar mi sí',
  refused: (names) => `${names} dijo que no. No se graba nada.`,
  refusedByYou: 'Dijiste que no. No se graba nada mientras estés aquí.',
  refusersLeft: 'Quien dijo que no ya salió. Aún no se graba nada.',
  goOn: 'Seguir cuando haya salido',
  goOnNow: 'Seguir',
  stopAsking: 'No grabar',
  goesOn: (names) => `Sigue cuando ${names} haya salido.`,
  over: (names) => `${names} dijo que no. Ya no se graba nada.`,
  unavailable: 'Aquí no se puede grabar: al servidor le falta ffmpeg.',
  failed: 'No funcionó. Inténtalo otra vez en un momento.',
  recordings: 'Grabaciones',
  empty: 'No se grabó nada.',
  writing: 'El video se está guardando…',
  chapters: 'Capítulos',
  chapter: { join: (name) => `Entró ${name}`, hand: (name) => `${name} levantó la mano` },
  part: (n) => `Parte ${n}`,
  keptUntil: (day) => `Se conserva hasta el ${day}`,
  download: 'Descargar',
  remove: 'Borrar',
  reallyRemove: 'Borrar para todos',
  keep: 'Conservar',
  removedBy: (name) => `La borró ${name}.`,
  reason: {
    said_no: 'Alguien dijo que no.',
    not_answered: 'No todos respondieron.',
    call_ended: 'Terminó con la llamada.',
    by_hand: 'Se detuvo.',
    disk_full: 'Se detuvo: al servidor no le queda espacio.',
    engine_failed: 'Se detuvo: falló la grabadora.',
    expired: 'Se conservó lo suficiente y se borró.',
  },
  language: 'es',
};
