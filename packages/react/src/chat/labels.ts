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
  readonly save: string;
  readonly cancel: string;
  readonly edited: string;
  readonly deleted: string;
  /** On a button that adds or takes back a reaction. */
  readonly react: (emoji: string, count: number) => string;
  readonly refused: string;
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
  save: 'Save',
  cancel: 'Cancel',
  edited: 'edited',
  deleted: 'This message was taken back.',
  react: (emoji, count) => (count === 0 ? `React with ${emoji}` : `${emoji} ${count}`),
  refused:
    'That could not be changed. Messages are changed within five minutes, and only while you are of the call.',
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
  save: 'Guardar',
  cancel: 'Cancelar',
  edited: 'editado',
  deleted: 'Este mensaje se retiró.',
  react: (emoji, count) => (count === 0 ? `Reaccionar con ${emoji}` : `${emoji} ${count}`),
  refused: 'No se pudo cambiar. Un mensaje se cambia en cinco minutos, y solo mientras eres de la llamada.',
  language: 'es',
};
