import {
  clock,
  drawable,
  isDrawn,
  languageOf,
  PRINT_WORDS,
  PRINTED_MOST,
  type Print,
  type PrintOf,
} from '../kernel/print.ts';
import type { Attendance } from './attend.ts';
import type { Meeting } from './meetings.ts';

const WORDS = {
  en: {
    title: 'Attendance',
    headings: [
      'Name',
      'Came',
      'Left',
      'Present',
      'Together',
      'Visits',
      'Camera',
      'Mic',
      'Screen',
      'Messages',
    ],
    people: (count: string) => `People: ${count}`,
    cut: (most: string) => `Only the first ${most}; the files as CSV and as a spreadsheet have all.`,
    there: 'still there',
  },
  es: {
    title: 'Asistencia',
    headings: [
      'Nombre',
      'Llegó',
      'Salió',
      'Presente',
      'Con otros',
      'Visitas',
      'Cámara',
      'Micro',
      'Pantalla',
      'Mensajes',
    ],
    people: (count: string) => `Personas: ${count}`,
    cut: (most: string) => `Solo las primeras ${most}; los archivos CSV y Excel las tienen todas.`,
    there: 'sigue ahí',
  },
} as const;

/** Attendance as a table of words; what a person is called is never lost without a word of it. */
export function attendancePrint(lines: readonly Attendance[], of: PrintOf): Print {
  const language = languageOf(of.locale);
  const words = { ...PRINT_WORDS[language], ...WORDS[language] };
  const { timeZone, locale } = of;
  const instant = new Intl.DateTimeFormat(locale, {
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
    timeZone,
  });
  const number = new Intl.NumberFormat(locale);
  const shown = lines.slice(0, PRINTED_MOST);
  const made = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return {
    title: words.title,
    about: [
      words.of(drawable(of.name), made.format(of.madeAt), timeZone),
      words.people(number.format(lines.length)),
      ...(shown.length < lines.length ? [words.cut(number.format(PRINTED_MOST))] : []),
      ...(shown.some(({ name }) => !isDrawn(name)) ? [words.undrawn] : []),
    ],
    headings: words.headings,
    rows: shown.map((line) => [
      isDrawn(line.name) ? drawable(line.name) : `* ${line.identity}`,
      instant.format(line.firstJoinAt),
      line.lastLeaveAt === null ? words.there : instant.format(line.lastLeaveAt),
      clock(line.presentMs),
      clock(line.togetherMs),
      String(line.visits),
      clock(line.cameraMs),
      clock(line.microphoneMs),
      clock(line.screenMs),
      String(line.messages),
    ]),
    pageName: words.page,
  };
}

const MEETING_WORDS = {
  en: {
    title: 'Meetings',
    headings: ['Room', 'Began', 'Ended', 'Length', 'People', 'Who'],
    count: (count: string) => `Meetings: ${count}`,
    goesOn: 'goes on',
  },
  es: {
    title: 'Reuniones',
    headings: ['Sala', 'Empezó', 'Terminó', 'Duración', 'Personas', 'Quiénes'],
    count: (count: string) => `Reuniones: ${count}`,
    goesOn: 'sigue',
  },
} as const;
/** So many names fit into a line of a page. */
const NAMES_PRINTED = 3;

/** Meetings as a table of words, the newest first. */
export function meetingsPrint(meetings: readonly Meeting[], of: PrintOf): Print {
  const { locale, timeZone } = of;
  const language = languageOf(locale);
  const words = { ...WORDS[language], ...PRINT_WORDS[language], ...MEETING_WORDS[language] };
  const number = new Intl.NumberFormat(locale);
  const instant = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'short', timeZone });
  const name = (said: string, otherwise: string): string =>
    isDrawn(said) ? drawable(said) : `* ${otherwise}`;
  const shown = meetings.slice(0, PRINTED_MOST);
  const people = shown.map((meeting) => meeting.people.slice(0, NAMES_PRINTED));
  const isUndrawn = people.flat().some((person) => !isDrawn(person.name));
  return {
    title: words.title,
    about: [
      words.of(drawable(of.name), instant.format(of.madeAt), timeZone),
      words.count(number.format(meetings.length)),
      ...(shown.length < meetings.length ? [words.cut(number.format(PRINTED_MOST))] : []),
      ...(isUndrawn ? [words.undrawn] : []),
    ],
    headings: words.headings,
    rows: shown.map((meeting, at) => [
      name(meeting.roomName, meeting.id),
      instant.format(meeting.startedAt),
      meeting.endedAt === null ? words.goesOn : instant.format(meeting.endedAt),
      clock(meeting.durationMs),
      number.format(meeting.people.length),
      (people[at] ?? []).map((person) => name(person.name, person.identity)).join(', ') +
        (meeting.people.length > NAMES_PRINTED ? ' …' : ''),
    ]),
    pageName: words.page,
  };
}
