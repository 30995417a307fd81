import type { FileFailure } from './drafts.ts';

/** The words of a call's chat. */
export interface ChatLabels {
  readonly chat: string;
  /** Who reads it, and that it stays. */
  readonly about: string;
  readonly empty: string;
  readonly write: string;
  readonly send: string;
  readonly close: string;
  readonly sending: string;
  readonly failed: string;
  readonly again: string;
  readonly over: string;
  readonly tooLong: (most: number) => string;
  readonly tooMany: string;
  readonly offline: string;
  readonly newer: (count: number) => string;
  readonly mine: string;
  readonly more: (name: string) => string;
  readonly reply: string;
  readonly replyingTo: (name: string) => string;
  readonly edit: string;
  readonly editing: string;
  readonly takeBack: string;
  /** Asked before it is done: it is gone for everybody. */
  readonly reallyTakeBack: string;
  readonly save: string;
  readonly cancel: string;
  readonly edited: string;
  readonly deleted: string;
  /** On a button that adds or takes back a reaction. */
  readonly react: (emoji: string, count: number) => string;
  readonly refused: string;
  /** Who types, by their names; one at least. */
  readonly typing: (names: readonly string[]) => string;
  readonly attach: string;
  /** Before the list of files that go along. */
  readonly attached: string;
  readonly dropHere: string;
  readonly sendingFile: (name: string) => string;
  readonly dropFile: (name: string) => string;
  readonly saveFile: (name: string) => string;
  readonly fileGone: string;
  readonly fileLost: string;
  readonly tooManyFiles: (most: number) => string;
  readonly fileFailure: Readonly<Record<FileFailure, string>>;
  /** For dates and times. */
  readonly language: string;
}

/** English. */
export const enChatLabels: ChatLabels = {
  chat: 'Chat',
  about: 'Kept with the call. Its people read it, and whoever looks after this service.',
  empty: 'Nothing is written yet.',
  write: 'Write a message',
  send: 'Send',
  close: 'Close',
  sending: 'Sending',
  failed: 'Not sent.',
  again: 'Send again',
  over: 'This call is over: what was written stays.',
  tooLong: (most) => `A message has at most ${most.toLocaleString('en')} characters.`,
  tooMany: 'Too many messages at once. Wait a few seconds.',
  offline: 'New messages cannot be read now. This page goes on trying.',
  newer: (count) => (count === 1 ? '1 new message' : `${count} new messages`),
  mine: 'You',
  more: (name) => `What to do with this message of ${name}`,
  reply: 'Reply',
  replyingTo: (name) => `Reply to ${name}`,
  edit: 'Edit',
  editing: 'Your message, edited',
  takeBack: 'Take back',
  reallyTakeBack: 'Take back for everybody?',
  save: 'Save',
  cancel: 'Cancel',
  edited: 'edited',
  deleted: 'This message was taken back.',
  react: (emoji, count) => (count === 0 ? `React with ${emoji}` : `${emoji} ${count}`),
  refused:
    'That could not be changed. Messages are changed within five minutes, and only while you are of the call.',
  typing: (names) =>
    names.length > 2
      ? 'Several people are typing…'
      : `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} typing…`,
  attach: 'Attach files',
  attached: 'Files that go along',
  dropHere: 'Drop files here',
  sendingFile: (name) => `Sending ${name}`,
  dropFile: (name) => `Take ${name} away`,
  saveFile: (name) => `Save ${name}`,
  fileGone: 'A file that was kept as long as files are kept, and deleted since.',
  fileLost: 'It cannot be read now.',
  tooManyFiles: (most) => `A message has at most ${most} files.`,
  fileFailure: {
    large: 'Larger than 25 MB.',
    empty: 'This file is empty.',
    lies: 'This file is not what its name says.',
    much: 'Your files take too much room already. Take messages with files back first.',
    many: 'Too many files at once. Wait a minute.',
    full: 'There is no room for it on the server.',
    away: 'Files cannot be stored now.',
    over: 'This call is over.',
    refused: 'It was not taken.',
    lost: 'It did not arrive.',
  },
  language: 'en',
};

/** Spanish. */
export const esChatLabels: ChatLabels = {
  chat: 'Chat',
  about: 'Queda con la llamada. Lo leen sus personas y quien cuida de este servicio.',
  empty: 'Todavía no hay nada escrito.',
  write: 'Escribe un mensaje',
  send: 'Enviar',
  close: 'Cerrar',
  sending: 'Enviando',
  failed: 'No se envió.',
  again: 'Enviar otra vez',
  over: 'Esta llamada terminó: lo escrito queda.',
  tooLong: (most) => `Un mensaje tiene como mucho ${most.toLocaleString('es')} caracteres.`,
  tooMany: 'Demasiados mensajes a la vez. Espera unos segundos.',
  offline: 'Ahora no se pueden leer mensajes nuevos. Esta página lo sigue intentando.',
  newer: (count) => (count === 1 ? '1 mensaje nuevo' : `${count} mensajes nuevos`),
  mine: 'Tú',
  more: (name) => `Qué hacer con este mensaje de ${name}`,
  reply: 'Responder',
  replyingTo: (name) => `Respuesta a ${name}`,
  edit: 'Editar',
  editing: 'Tu mensaje, editado',
  takeBack: 'Retirar',
  reallyTakeBack: '¿Retirar para todo el mundo?',
  save: 'Guardar',
  cancel: 'Cancelar',
  edited: 'editado',
  deleted: 'Este mensaje se retiró.',
  react: (emoji, count) => (count === 0 ? `Reaccionar con ${emoji}` : `${emoji} ${count}`),
  refused: 'No se pudo cambiar. Un mensaje se cambia en cinco minutos, y solo mientras eres de la llamada.',
  typing: (names) =>
    names.length > 2
      ? 'Varias personas están escribiendo…'
      : `${names.join(' y ')} ${names.length === 1 ? 'está' : 'están'} escribiendo…`,
  attach: 'Adjuntar archivos',
  attached: 'Archivos adjuntos',
  dropHere: 'Suelta los archivos aquí',
  sendingFile: (name) => `Enviando ${name}`,
  dropFile: (name) => `Quitar ${name}`,
  saveFile: (name) => `Guardar ${name}`,
  fileGone: 'Un archivo que se guardó el tiempo debido y después se borró.',
  fileLost: 'Ahora no se puede leer.',
  tooManyFiles: (most) => `Un mensaje lleva como mucho ${most} archivos.`,
  fileFailure: {
    large: 'Pasa de 25 MB.',
    empty: 'Este archivo está vacío.',
    lies: 'Este archivo no es lo que dice su nombre.',
    much: 'Tus archivos ya ocupan demasiado. Retira antes mensajes con archivos.',
    many: 'Demasiados archivos a la vez. Espera un minuto.',
    full: 'En el servidor no queda sitio para él.',
    away: 'Ahora no se pueden guardar archivos.',
    over: 'Esta llamada terminó.',
    refused: 'No se aceptó.',
    lost: 'No llegó.',
  },
  language: 'es',
};
