import type { Messages } from './en.ts';

declare module 'use-intl' {
  interface AppConfig {
    /** With the reader's region: `en-GB`, `es-MX`. */
    Locale: string;
    Messages: Messages;
  }
}
