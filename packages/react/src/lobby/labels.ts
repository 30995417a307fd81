import type { LobbyState } from '@latido/protocol';

/** The words of the lobby. */
export interface LobbyLabels {
  readonly title: string;
  readonly count: (waiting: number) => string;
  readonly notBooked: string;
  /** Said of who came by the link of the session: their name is what they typed. */
  readonly guest: string;
  readonly state: Readonly<Record<LobbyState, string>>;
  /** Before how long somebody has waited, to the host; and before one's own time. */
  readonly waitedFor: string;
  readonly waitingFor: string;
  readonly admit: string;
  readonly admitWhom: (name: string) => string;
  readonly admitAll: string;
  readonly deny: string;
  readonly denyWhom: (name: string) => string;
  /** The field for what somebody reads who is denied, and what is often said. */
  readonly denyWhy: (name: string) => string;
  readonly denySentences: readonly string[];
  readonly denyNow: string;
  readonly keep: string;
  readonly remove: string;
  readonly removeWhom: (name: string) => string;
  readonly sendBack: string;
  readonly sendBackWhom: (name: string) => string;
  readonly write: string;
  readonly writeTo: string;
  readonly everybody: string;
  readonly send: string;
  /** Above what was written last, and to whom. */
  readonly written: (to: string | null) => string;
  /** What stands above the door, by where one stands; `none` before one has asked. */
  readonly place: (state: LobbyState | 'none', position: number) => string;
  /** Below it while one waits. */
  readonly hostSees: (name: string) => string;
  readonly hostIsTold: (name: string) => string;
  readonly free: string;
  readonly comeBack: string;
  readonly says: (name: string) => string;
  readonly host: string;
  readonly ask: string;
  readonly enter: string;
  readonly leave: string;
  readonly refused: string;
  readonly locked: string;
  readonly failed: string;
}

/** English. */
export const enLobbyLabels: LobbyLabels = {
  title: 'At the door',
  count: (waiting) =>
    waiting === 0
      ? 'Nobody is waiting.'
      : waiting === 1
        ? '1 person is waiting.'
        : `${waiting} people are waiting.`,
  notBooked: 'has not booked',
  guest: 'guest, no account',
  state: {
    waiting: 'Waiting',
    away: 'No sign of life, place kept',
    admitted: 'Let in',
    denied: 'Denied',
    removed: 'Removed',
    left: 'Left',
  },
  waitedFor: 'Waited for',
  waitingFor: 'Waiting for',
  admit: 'Let in',
  admitWhom: (name) => `Let in: ${name}`,
  admitAll: 'Let all in',
  deny: 'Deny',
  denyWhom: (name) => `Deny: ${name}`,
  denyWhy: (name) => `What ${name} reads, if anything`,
  denySentences: [
    'This session is for those who booked it.',
    'It has gone on for too long to come in now.',
    'Please book another time.',
  ],
  denyNow: 'Deny it',
  keep: 'Let them wait',
  remove: 'Remove',
  removeWhom: (name) => `Remove ${name}`,
  sendBack: 'Back to the door',
  sendBackWhom: (name) => `Back to the door: ${name}`,
  write: 'Write to who waits',
  writeTo: 'To',
  everybody: 'Everybody who waits',
  send: 'Send',
  written: (to) => (to === null ? 'You, to everybody who waits' : `You, to ${to}`),
  place: (state, position) =>
    ({
      none: 'At the door',
      waiting: position === 1 ? 'You are next' : `You wait at place ${position}`,
      away: position === 1 ? 'You are next' : `You wait at place ${position}`,
      admitted: 'You can come in',
      denied: 'The host did not let you in',
      removed: 'The host took you out of the session',
      left: 'You are no longer waiting',
    })[state],
  hostSees: (name) => `${name} sees that you are here and lets you in. Keep this page open.`,
  hostIsTold: (name) => `${name} has been told that you are here. Keep this page open.`,
  free: 'Waiting costs nothing, and does not count as being there.',
  comeBack: 'Come back within five minutes to keep your place.',
  says: (name) => `${name}, to you`,
  host: 'The host',
  ask: 'Ask to come in',
  enter: 'Go in',
  leave: 'Leave the door',
  refused: 'The host does not let you in. They can change that.',
  locked: 'The host has locked this session: nobody new comes in now.',
  failed: 'That did not work. Try again in a moment.',
};

/** Spanish. */
export const esLobbyLabels: LobbyLabels = {
  title: 'En la puerta',
  count: (waiting) =>
    waiting === 0 ? 'Nadie espera.' : waiting === 1 ? 'Espera 1 persona.' : `Esperan ${waiting} personas.`,
  notBooked: 'no ha reservado',
  guest: 'sin cuenta, por enlace',
  state: {
    waiting: 'Espera',
    away: 'Sin señales de vida, conserva su lugar',
    admitted: 'Dentro',
    denied: 'No entró',
    removed: 'Fuera',
    left: 'Se fue',
  },
  waitedFor: 'Esperó',
  waitingFor: 'Esperas desde hace',
  admit: 'Dejar entrar',
  admitWhom: (name) => `Dejar entrar a ${name}`,
  admitAll: 'Dejar entrar a todas las personas',
  deny: 'No dejar entrar',
  denyWhom: (name) => `No dejar entrar a ${name}`,
  denyWhy: (name) => `Lo que lee ${name}, si quieres`,
  denySentences: [
    'Esta sesión es para quien la reservó.',
    'Ya va muy avanzada para entrar ahora.',
    'Reserva otra hora, por favor.',
  ],
  denyNow: 'No dejar entrar',
  keep: 'Que siga esperando',
  remove: 'Sacar',
  removeWhom: (name) => `Sacar a ${name}`,
  sendBack: 'A la puerta',
  sendBackWhom: (name) => `A la puerta: ${name}`,
  write: 'Escribir a quien espera',
  writeTo: 'Para',
  everybody: 'Todas las personas que esperan',
  send: 'Enviar',
  written: (to) => (to === null ? 'Tú, a todas las personas que esperan' : `Tú, a ${to}`),
  place: (state, position) =>
    ({
      none: 'En la puerta',
      waiting: position === 1 ? 'Eres la próxima persona' : `Esperas en el lugar ${position}`,
      away: position === 1 ? 'Eres la próxima persona' : `Esperas en el lugar ${position}`,
      admitted: 'Puedes entrar',
      denied: 'No te dejaron entrar',
      removed: 'Te sacaron de la sesión',
      left: 'Ya no esperas',
    })[state],
  hostSees: (name) => `${name} ve que estás aquí y te deja entrar. Deja esta página abierta.`,
  hostIsTold: (name) => `${name} ya sabe que estás aquí. Deja esta página abierta.`,
  free: 'Esperar no cuesta nada, y no cuenta como asistencia.',
  comeBack: 'Vuelve antes de cinco minutos y conservas tu lugar.',
  says: (name) => `${name}, para ti`,
  host: 'Quien dirige la sesión',
  ask: 'Pedir entrar',
  enter: 'Entrar',
  leave: 'Dejar de esperar',
  refused: 'No te dejan entrar. Eso puede cambiar.',
  locked: 'La sesión está cerrada: ahora no entra nadie nuevo.',
  failed: 'No funcionó. Inténtalo otra vez en un momento.',
};
