/** The words of a timeline of attendance. */
export interface AttendanceLabels {
  readonly person: string;
  readonly present: string;
  readonly visits: (visits: number) => string;
  readonly reconnects: (reconnects: number) => string;
  readonly timeline: (name: string) => string;
  /** What a bar is called to who does not see it; `why` where it can be opened. */
  readonly bar: (of: { name: string; from: string; to: string; why: boolean }) => string;
  /** What stripes are called to who does not see them: waiting in the lobby. */
  readonly waited: (of: { name: string; from: string; to: string }) => string;
  /** Below the name of who never came, and of who waited and was not let in or had gone by then. */
  readonly neverCame: string;
  readonly neverIn: string;
  readonly now: string;
  readonly device: (n: number) => string;
  readonly charged: string;
  readonly earned: string;
  readonly charges: (charges: number) => string;
  /** Below the picture: what a bar and a gap are, of a call that is paid, and what opening a bar shows. */
  readonly legend: string;
  readonly legendPaid: string;
  readonly legendWhy: string;
  readonly legendWaited: string;
  /** The lane of what was recorded: its name, how it is moved, what the player's place is called, and that of the legend. */
  readonly recorded: string;
  readonly recordedHow: string;
  readonly seek: string;
  readonly legendFilm: string;
  /** Of a telephone that rang, by LiveKit's reason. */
  readonly unanswered: (of: { name: string; reason: string }) => string;
  /** For times. */
  readonly language: string;
}

const many = (n: number, [one, more]: readonly [string, string]): string => `${n} ${n === 1 ? one : more}`;

/** English. */
export const enAttendanceLabels: AttendanceLabels = {
  person: 'Person',
  present: 'Present',
  visits: (visits) => many(visits, ['visit', 'visits']),
  reconnects: (reconnects) => `, ${many(reconnects, ['reconnect', 'reconnects'])}`,
  timeline: (name) => `Timeline of ${name}`,
  bar: ({ name, from, to, why }) =>
    `${name}, connected from ${from} to ${to}.${why ? ' Show why it starts and ends there.' : ''}`,
  waited: ({ name, from, to }) => `${name}, in the lobby from ${from} to ${to}.`,
  neverCame: 'never came',
  neverIn: 'never came in',
  now: 'now',
  device: (n) => `Device ${n}`,
  charged: 'Charged',
  earned: 'Earned',
  charges: (charges) => many(charges, ['unit', 'units']),
  legend: 'Bar: connected. Gap: no signs of life arrived.',
  legendPaid:
    'Bar: connected. Gap: no signs of life arrived, so nothing was charged. Dot: a unit was charged.',
  legendWhy: 'Select a bar to see why it starts and ends where it does.',
  legendWaited: 'Stripes: waiting in the lobby.',
  recorded: 'Recording',
  recordedHow: 'arrows: 10 seconds',
  seek: 'Where the recording is',
  legendFilm: 'Select a place beside a bar to see the recording there. Dot: a chapter.',
  unanswered: ({ name, reason }) =>
    reason === 'rejected'
      ? `${name} rejected the call.`
      : reason === 'trunk_failed'
        ? `${name} could not be called: the telephone line failed.`
        : `${name} did not answer.`,
  language: 'en',
};

/** Spanish. */
export const esAttendanceLabels: AttendanceLabels = {
  person: 'Persona',
  present: 'Presente',
  visits: (visits) => many(visits, ['visita', 'visitas']),
  reconnects: (reconnects) => `, ${many(reconnects, ['reconexión', 'reconexiones'])}`,
  timeline: (name) => `Línea de tiempo de ${name}`,
  bar: ({ name, from, to, why }) =>
    `${name}, con conexión de ${from} a ${to}.${why ? ' Ver por qué empieza y termina ahí.' : ''}`,
  waited: ({ name, from, to }) => `${name}, en la sala de espera de ${from} a ${to}.`,
  neverCame: 'no ha venido',
  neverIn: 'no llegó a entrar',
  now: 'ahora',
  device: (n) => `Dispositivo ${n}`,
  charged: 'Cobrado',
  earned: 'Ganado',
  charges: (charges) => many(charges, ['unidad', 'unidades']),
  legend: 'Barra: con conexión. Espacio vacío: no llegaron señales de vida.',
  legendPaid:
    'Barra: con conexión. Espacio vacío: no llegaron señales de vida y no se cobró nada. Punto: se cobró una unidad.',
  legendWhy: 'Selecciona una barra para ver por qué empieza y termina ahí.',
  legendWaited: 'Rayas: en la sala de espera.',
  recorded: 'Grabación',
  recordedHow: 'flechas: 10 segundos',
  seek: 'Por dónde va la grabación',
  legendFilm: 'Selecciona un lugar junto a una barra para ver ahí la grabación. Punto: un capítulo.',
  unanswered: ({ name, reason }) =>
    reason === 'rejected'
      ? `${name} rechazó la llamada.`
      : reason === 'trunk_failed'
        ? `No se pudo llamar a ${name}: falló la línea telefónica.`
        : `${name} no contestó.`,
  language: 'es',
};
