import { LatidoError, NoAnswer } from '@latido/client';
import type { ErrorCode } from '@latido/protocol';
import { useLocale, useTranslations } from 'use-intl';
import type { Locale } from './preferences.tsx';

/** The texts of one language for failures. */
export interface FailureTexts {
  readonly network: string;
  readonly unexpected: string;
  /** The sentence for a code of the table of errors; undefined for a code that this page does not know yet. */
  readonly ofCode: (code: ErrorCode) => string | undefined;
}

/**
 * What to tell of a failure. The server's own sentence names the case best, but it is English: only there is it shown.
 * Everywhere else the code has a sentence in the language of the page, and what has none is told as unexpected.
 */
export function sentenceOf(error: unknown, locale: Locale, texts: FailureTexts): string {
  if (!(error instanceof LatidoError)) return error instanceof NoAnswer ? texts.network : texts.unexpected;
  const { code, problem, status } = error;
  if (locale === 'en' && problem && status < 500) return problem.detail;
  return (code === null ? undefined : texts.ofCode(code)) ?? texts.unexpected;
}

/** Tells failures in the language of the page. */
export function useSentence(): (error: unknown) => string {
  const t = useTranslations();
  const locale = useLocale().startsWith('es') ? 'es' : 'en';
  return (error) =>
    sentenceOf(error, locale, {
      network: t('errors.network'),
      unexpected: t('errors.unexpected'),
      ofCode: (code) => {
        const key = ([`errors.codes.${code}`, `rareErrors.${code}`] as const).find((each) =>
          t.has(each as never),
        );
        return key && t(key as never);
      },
    });
}
