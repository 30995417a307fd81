import { localeOfReader, type Labels } from '@latido/react';
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type JSX,
  type ReactNode,
} from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { IntlProvider } from 'use-intl';
import type { Messages } from '../messages/en.ts';

/** The two languages. */
export type Locale = 'en' | 'es';
/** The two themes; without a choice the system's applies. */
export type Theme = 'light' | 'dark';

/** A language and its texts: those of the pages, and those of the call. */
export interface Language {
  readonly locale: Locale;
  readonly messages: Messages;
  readonly labels: Labels;
}

interface Preferences extends Pick<Language, 'locale' | 'labels'> {
  readonly theme: Theme;
  readonly setLocale: (locale: Locale) => Promise<void>;
  readonly setTheme: (theme: Theme) => void;
}

const PreferencesContext = createContext<Preferences | null>(null);
const LOADERS = { en: () => import('../messages/en.ts'), es: () => import('../messages/es.ts') };
const MORE = { en: () => import('../messages/en-more.ts'), es: () => import('../messages/es-more.ts') };

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage may be forbidden; the choice then lives as long as the page
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // as above
  }
}

/** The language to begin with: the address (`?lang=`), the last choice, then the browser's. */
export function firstLocale(): Locale {
  const asked =
    new URLSearchParams(location.search).get('lang') ?? stored('latido.locale') ?? navigator.language;
  return asked.startsWith('es') ? 'es' : 'en';
}

/** The language of this page, and whoever draws by it. */
let current: Language | null = null;
const drawers = new Set<() => void>();
/** The language that was asked for last, and how often one was: an answer that is overtaken is dropped. */
let wanted: Locale | null = null;
let asked = 0;
/** Set once a page has been opened whose words do not come with the first ones; resolves when they are here. */
let moreWords: Promise<void> | null = null;

/** Loads a language's texts, those of rare pages only if one has been opened, and draws by them from then on. */
export async function loadLanguage(locale: Locale, needsMore = moreWords !== null): Promise<void> {
  wanted = locale;
  const place = (asked += 1);
  const [{ default: core, labels }, more] = await Promise.all([
    LOADERS[locale](),
    needsMore ? MORE[locale]() : null,
  ]);
  // Whoever asked later has no less: they are drawn by.
  if (place !== asked) return;
  // Whatever the types say: nobody reads the others before they are here.
  const messages = { ...core, ...more?.default } as Messages;
  current = { locale, messages, labels };
  for (const draw of drawers) draw();
}

/** For pages that few people open: their words come with the first of them. A failure is tried anew with the next. */
export function loadMoreWords(): Promise<void> {
  moreWords ??= loadLanguage(wanted ?? firstLocale(), true).catch((error: unknown) => {
    moreWords = null;
    throw error;
  });
  return moreWords;
}

function useLanguage(): Language {
  const language = useSyncExternalStore(
    (draw) => {
      drawers.add(draw);
      return () => drawers.delete(draw);
    },
    () => current,
  );
  if (!language) throw new Error('no language is loaded');
  return language;
}

/** The theme chosen before, or the system's. Applied before the first paint. */
export function firstTheme(): Theme {
  const chosen = new URLSearchParams(location.search).get('theme') ?? stored('latido.theme');
  if (chosen === 'light' || chosen === 'dark') {
    document.documentElement.dataset['theme'] = chosen;
    return chosen;
  }
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

interface ProviderProps {
  /** The theme to begin with; the language is loaded before ({@link loadLanguage}). */
  readonly first: { readonly theme: Theme };
  readonly children: ReactNode;
}

/** What is chosen in another tab holds here too: a call has no switches of its own. */
function useOtherTabs(setLocale: Preferences['setLocale'], setTheme: Preferences['setTheme']): void {
  useEffect(() => {
    const follow = ({ key, newValue }: StorageEvent): void => {
      if (key === 'latido.locale' && (newValue === 'en' || newValue === 'es')) void setLocale(newValue);
      if (key === 'latido.theme' && (newValue === 'light' || newValue === 'dark')) setTheme(newValue);
    };
    addEventListener('storage', follow);
    return () => removeEventListener('storage', follow);
  }, [setLocale, setTheme]);
}

/** Language and theme for everything below. */
export function PreferencesProvider({ first, children }: ProviderProps): JSX.Element {
  const language = useLanguage();
  const [theme, keepTheme] = useState(first.theme);
  const setLocale = useCallback(async (locale: Locale) => {
    await loadLanguage(locale);
    document.documentElement.lang = locale;
    store('latido.locale', locale);
  }, []);
  const setTheme = useCallback((next: Theme) => {
    document.documentElement.dataset['theme'] = next;
    store('latido.theme', next);
    keepTheme(next);
  }, []);
  useOtherTabs(setLocale, setTheme);
  const value = useMemo(
    () => ({ locale: language.locale, labels: language.labels, theme, setLocale, setTheme }),
    [language.locale, language.labels, theme, setLocale, setTheme],
  );
  const region = localeOfReader(language.locale, navigator.languages);
  return (
    <PreferencesContext value={value}>
      <I18nProvider locale={region}>
        <IntlProvider
          locale={region}
          messages={language.messages}
          timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
        >
          {children}
        </IntlProvider>
      </I18nProvider>
    </PreferencesContext>
  );
}

/** Language and theme, and how to change them. */
export function usePreferences(): Preferences {
  const found = use(PreferencesContext);
  if (!found) throw new Error('PreferencesProvider is missing above');
  return found;
}
