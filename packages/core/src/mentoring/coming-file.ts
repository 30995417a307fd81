import { csv, tableOf, type Columns, type CsvOptions, type Table } from '../kernel/csv.ts';
import {
  clock,
  drawable,
  isDrawn,
  languageOf,
  PRINT_WORDS,
  type Print,
  type PrintOf,
} from '../kernel/print.ts';
import type { ComingVerdict } from './verdicts.ts';

/** How somebody came to a session, for a file. Durations in ms, instants in ISO 8601. */
export interface ComingLine {
  readonly personId: string;
  readonly name: string;
  /** Whether they came by the link of the session. */
  readonly isGuest: boolean;
  readonly verdict: ComingVerdict;
  readonly foundVerdict: ComingVerdict;
  readonly corrections: readonly {
    readonly verdict: ComingVerdict;
    readonly reason: string;
    readonly by: { readonly name: string };
    readonly at: string;
  }[];
  readonly firstJoinAt: string | null;
  readonly lastLeaveAt: string | null;
  readonly presentMs: number;
  readonly togetherMs: number;
  readonly waitedMs: number;
  readonly cameraMs: number;
  readonly microphoneMs: number;
  readonly screenMs: number;
  readonly messages: number;
}

const COMING: Columns<ComingLine> = [
  ['name', (line) => line.name],
  ['verdict', (line) => line.verdict],
  ['found_verdict', (line) => line.foundVerdict],
  ['first_join_at', (line) => line.firstJoinAt],
  ['last_leave_at', (line) => line.lastLeaveAt],
  ['present_seconds', (line) => line.presentMs / 1000],
  ['together_seconds', (line) => line.togetherMs / 1000],
  ['waited_seconds', (line) => line.waitedMs / 1000],
  ['camera_seconds', (line) => line.cameraMs / 1000],
  ['microphone_seconds', (line) => line.microphoneMs / 1000],
  ['screen_seconds', (line) => line.screenMs / 1000],
  ['messages', (line) => line.messages],
  [
    'corrections',
    ({ corrections }) =>
      corrections.map(({ at, by, verdict, reason }) => `${at} ${by.name}: ${verdict}, ${reason}`).join('; '),
  ],
  ['person_id', (line) => line.personId],
  ['is_guest', (line) => String(line.isGuest)],
];

/** How people came, as CSV. */
export function comingCsv(lines: readonly ComingLine[], options: CsvOptions = {}): string {
  return csv(COMING, lines, options);
}

/** How people came, as the table of a spreadsheet. */
export function comingTable(lines: readonly ComingLine[]): Table {
  return tableOf(COMING, lines);
}

const VERDICTS: Readonly<Record<'en' | 'es', Readonly<Record<ComingVerdict, string>>>> = {
  en: {
    present: 'Present',
    late: 'Late',
    left_early: 'Left early',
    waited_alone: 'Waited alone',
    no_show: 'No-show',
    denied: 'Denied',
  },
  es: {
    present: 'Presente',
    late: 'Tarde',
    left_early: 'Se fue antes',
    waited_alone: 'Esperó sin compañía',
    no_show: 'No vino',
    denied: 'Rechazado',
  },
};

const WORDS = {
  en: {
    title: 'How everybody came',
    headings: [
      'Name',
      'Verdict',
      'Came',
      'Left',
      'Present',
      'Together',
      'Lobby',
      'Camera',
      'Mic',
      'Screen',
      'Messages',
    ],
    corrected: 'corrected by',
    guest: 'guest',
  },
  es: {
    title: 'Cómo vino cada cual',
    headings: [
      'Nombre',
      'Veredicto',
      'Llegó',
      'Salió',
      'Presente',
      'Con otros',
      'En espera',
      'Cámara',
      'Micro',
      'Pantalla',
      'Mensajes',
    ],
    corrected: 'lo corrigió',
    guest: 'sin cuenta',
  },
} as const;

/** A line of a page holds so much of a reason; the other files have it whole. */
const REASON_LENGTH = 60;
/** So many corrections stand on the page, the last ones. */
const CORRECTIONS_PRINTED = 20;

/** How people came, in words: what was corrected stands above the table (MENTOR-23). */
export function comingPrint(lines: readonly ComingLine[], of: PrintOf): Print {
  const { locale, timeZone } = of;
  const language = languageOf(locale);
  const words = { ...PRINT_WORDS[language], ...WORDS[language] };
  const verdicts = VERDICTS[language];
  const instant = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'short', timeZone });
  const at = (said: string | null): string => (said === null ? '–' : instant.format(Date.parse(said)));
  const name = (said: string, id: string): string => (isDrawn(said) ? drawable(said) : `* ${id}`);
  const corrected = lines.flatMap((line) =>
    line.corrections.map((one) => {
      const reason = isDrawn(one.reason) ? drawable(one.reason) : '*';
      const short = reason.length > REASON_LENGTH ? `${reason.slice(0, REASON_LENGTH)}…` : reason;
      const who = name(line.name, line.personId);
      return `${who}: ${verdicts[one.verdict]}, ${words.corrected} ${name(one.by.name, '*')}, ${at(one.at)}: ${short}`;
    }),
  );
  return {
    title: words.title,
    about: [
      words.of(name(of.name, ''), instant.format(of.madeAt), timeZone),
      ...corrected.slice(-CORRECTIONS_PRINTED),
      ...(lines.some((line) => !isDrawn(line.name)) ? [words.undrawn] : []),
    ],
    headings: words.headings,
    rows: lines.map((line) => [
      name(line.name, line.personId) + (line.isGuest ? ` (${words.guest})` : ''),
      verdicts[line.verdict],
      at(line.firstJoinAt),
      at(line.lastLeaveAt),
      clock(line.presentMs),
      clock(line.togetherMs),
      clock(line.waitedMs),
      clock(line.cameraMs),
      clock(line.microphoneMs),
      clock(line.screenMs),
      String(line.messages),
    ]),
    pageName: words.page,
  };
}
