/**
 * A duration as a clock: `04:12`, from one hour on `1:04:12`. Whole seconds, cut off and never rounded up: a meter
 * must not show a second that has not passed.
 * @param ms milliseconds; negative counts as 0
 */
export function formatClock(ms: number): string {
  const total = Number.isFinite(ms) ? Math.max(0, Math.floor(ms / 1000)) : 0;
  const hours = Math.floor(total / 3600);
  const two = (n: number): string => String(n).padStart(2, '0');
  const rest = `${two(Math.floor((total % 3600) / 60))}:${two(total % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** Regional forms for those who read a language of ours and told their browser another one alone. */
const ELSEWHERE: Readonly<Record<string, string>> = { en: 'en-001', es: 'es-419' };

/**
 * The locale to write dates, times and figures by: a language of ours as it is written where the reader is. `en-GB` is
 * not `en-US`; who has not said where they are reads what most of the world does.
 * @param language two letters
 * @param wanted the reader's own languages, best first (`navigator.languages`)
 */
export function localeOfReader(language: string, wanted: readonly string[]): string {
  const own = wanted.find((tag) => tag.toLowerCase().startsWith(`${language}-`) && isLocale(tag));
  return own ?? ELSEWHERE[language] ?? language;
}

/** The reader's own languages, best first; none where a page is drawn on a server. */
export const readersLanguages = (): readonly string[] =>
  typeof navigator === 'undefined' ? [] : navigator.languages;

function isLocale(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false; // some systems name theirs as `en-US@posix`
  }
}

/** A time of day as the reader writes it: `10:42:13`, `10:42:13 AM`. */
export function formatTimeOfDay(at: number, language: string): string {
  const locale = localeOfReader(language, readersLanguages());
  return new Date(at).toLocaleTimeString(locale, { timeStyle: 'medium' });
}

/** Seconds that a countdown shows: rounded up, so that "1" stands until the very end. Never negative. */
export function secondsLeft(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000));
}

/** Two letters for somebody without a picture: the first of the first and of the last word, in capitals. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = firstOf(words[0]) ?? '?';
  const last = words.length > 1 ? (firstOf(words.at(-1)) ?? '') : '';
  return (first + last).toLocaleUpperCase();
}

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function firstOf(word: string | undefined): string | undefined {
  for (const { segment } of letters.segment(word ?? '')) return segment;
  return undefined;
}
