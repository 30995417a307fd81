/** Lines of a file that is printed: forty pages or so; what is more is for a spreadsheet. */
export const PRINTED_MOST = 2_000;

/** What every printed page says. */
interface PrintWords {
  /** Of what or whom, when it was made, and whose hours it tells. */
  readonly of: (name: string, made: string, zone: string) => string;
  readonly page: (page: number) => string;
  readonly undrawn: string;
}

/** In the languages that there are. */
export const PRINT_WORDS: Readonly<Record<'en' | 'es', PrintWords>> = {
  en: {
    of: (name, made, zone) => `${name} · made on ${made} · times in ${zone}`,
    page: (page) => `Page ${page}`,
    undrawn:
      '* The name is in a script that this file cannot draw; the spreadsheet has it. Here stands the identity.',
  },
  es: {
    of: (name, made, zone) => `${name} · hecho el ${made} · horas de ${zone}`,
    page: (page) => `Página ${page}`,
    undrawn:
      '* El nombre está en una escritura que este archivo no puede dibujar; Excel lo tiene. Aquí está la identidad.',
  },
};

/** Which of them a reader is told in. */
export function languageOf(locale: string): 'en' | 'es' {
  return locale.startsWith('es') ? 'es' : 'en';
}

/** A table in words, for a page that is printed: columns and what stands in them (ATT-16). */
export interface Print {
  readonly title: string;
  readonly about: readonly string[];
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly pageName: (page: number) => string;
}

/** Of what, and in whose words and hours. */
export interface PrintOf {
  /** The room, the call or the session. */
  readonly name: string;
  readonly locale: string;
  readonly timeZone: string;
  /** Made at (epoch ms). */
  readonly madeAt: number;
}

/** The scripts that DejaVu Sans has, which PDFs are drawn with; digits and signs are common to all. */
const DRAWN =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Georgian}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Common}\p{Script=Inherited}]+$/u;
/** Small pictures and what joins and colours them, and what nobody sees: left out, a name is still that name. */
const UNDRAWN_SIGNS =
  /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Cc}\p{Cf}\p{Variation_Selector}]/gu;

/** A name as it can be drawn. */
export function drawable(name: string): string {
  return name.replace(UNDRAWN_SIGNS, '').trim();
}

/** Whether a name is in a script that is drawn. */
export function isDrawn(name: string): boolean {
  return DRAWN.test(drawable(name));
}

/** h:mm:ss. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value % 60).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60))}:${two(seconds)}`;
}
