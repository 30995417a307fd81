/** Lines of a file that is printed: forty pages or so; what is more is for a spreadsheet. */
export const PRINTED_MOST = 2_000;

/** What every printed page says. */
interface PrintWords {
  /** Of what or whom, when it was made, and whose hours it tells. */
  readonly of: (name: string, made: string, zone: string) => string;
  readonly page: (page: number) => string;
}

/** In the languages that there are. */
export const PRINT_WORDS: Readonly<Record<'en' | 'es', PrintWords>> = {
  en: {
    of: (name, made, zone) => `${name} · made on ${made} · times in ${zone}`,
    page: (page) => `Page ${page}`,
  },
  es: {
    of: (name, made, zone) => `${name} · hecho el ${made} · horas de ${zone}`,
    page: (page) => `Página ${page}`,
  },
};

/** Which of them a reader is told in. */
export function languageOf(locale: string): 'en' | 'es' {
  return locale.startsWith('es') ? 'es' : 'en';
}
