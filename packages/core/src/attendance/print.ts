import { languageOf, PRINT_WORDS, PRINTED_MOST } from '../kernel/print.ts';
import type { Attendance } from './attend.ts';

/** Attendance in words, for a page that is printed: columns and what stands in them (ATT-16). */
export interface AttendancePrint {
  readonly title: string;
  readonly about: readonly string[];
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly pageName: (page: number) => string;
}

/** Of what, and in whose words and hours. */
export interface PrintOf {
  /** The room or the call. */
  readonly name: string;
  readonly locale: string;
  readonly timeZone: string;
  /** Made at (epoch ms). */
  readonly madeAt: number;
}

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
    undrawn:
      '* The name is in a script that this file cannot draw; the spreadsheet has it. Here stands the identity.',
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
    undrawn:
      '* El nombre está en una escritura que este archivo no puede dibujar; Excel lo tiene. Aquí está la identidad.',
    there: 'sigue ahí',
  },
} as const;

/** Attendance as a table of words; what a person is called is never lost without a word of it. */
export function attendancePrint(lines: readonly Attendance[], of: PrintOf): AttendancePrint {
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

/** The scripts that DejaVu Sans has, which PDFs are drawn with; digits and signs are common to all. */
const DRAWN =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Georgian}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Common}\p{Script=Inherited}]+$/u;
/** Small pictures and what joins and colours them, and what nobody sees: left out, a name is still that name. */
const UNDRAWN_SIGNS =
  /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Cc}\p{Cf}\p{Variation_Selector}]/gu;

function drawable(name: string): string {
  return name.replace(UNDRAWN_SIGNS, '').trim();
}

function isDrawn(name: string): boolean {
  return DRAWN.test(drawable(name));
}

/** h:mm:ss. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value % 60).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60))}:${two(seconds)}`;
}
