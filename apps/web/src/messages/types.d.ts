import type { Messages } from './en.ts';

declare module 'use-intl' {
  interface AppConfig {
    Locale: 'en' | 'es';
    Messages: Messages;
  }
}
