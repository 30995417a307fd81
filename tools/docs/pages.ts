import { ERRORS, NOTICES } from '@latido/protocol';
import { z } from 'zod';
import { SETTINGS } from '../../apps/server/src/platform/settings.ts';

/** A page of docs/reference, made from the table that the product itself uses. */
export interface ReferencePage {
  readonly path: string;
  readonly text: string;
}

const NOTE = '<!-- Made by `node tools/docs/generate.ts`; a test compares it with the product. -->';

/** All pages of the reference that are made, not written. */
export function referencePages(): ReferencePage[] {
  return [
    { path: 'docs/reference/errors.md', text: errorsPage() },
    { path: 'docs/reference/settings.md', text: settingsPage() },
    { path: 'docs/reference/notices.md', text: noticesPage() },
  ];
}

function table(headings: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(([code, kind]) => [
    `\`${code}\``,
    String(kind.status),
    kind.title,
    kind.retry,
  ]);
  const intro =
    'Every error is `application/problem+json` (RFC 9457) with `type, title, status, code, detail, requestId, retry`.\n' +
    '`retry` says when the same request may be sent again: `never`, `after-fix`, `later`.';
  return `${NOTE}\n\n# Errors\n\n${intro}\n\n${table(['Code', 'Status', 'Title', 'Retry'], rows)}\n`;
}

function settingsPage(): string {
  const rows = SETTINGS.map((setting) => [
    `\`${setting.key}\``,
    setting.type,
    setting.secret ? 'secret' : (setting.standard ?? ''),
    setting.unit ?? '',
    setting.doc,
  ]);
  const intro =
    'Settings are environment variables. `npx latido config` prints what is in force. An unknown `LATIDO_*` stops the\n' +
    'start and names the nearest known one. Secrets have no default outside development.';
  return `${NOTE}\n\n# Settings\n\n${intro}\n\n${table(['Setting', 'Type', 'Default', 'Unit', 'Meaning'], rows)}\n`;
}

function noticesPage(): string {
  const parts = Object.entries(NOTICES).map(([type, { when, why, to, payload }]) => {
    const { properties = {} } = z.toJSONSchema(payload);
    const names = Object.keys(properties).map((name) => `\`${name}\``);
    return `## \`${type}\`\n\n- When: ${when}\n- Why: ${why}\n- To: ${to}\n- Payload: ${names.join(', ')}`;
  });
  const intro =
    'A notice is a row in its recipient’s inbox before it is sent. `GET /api/status/updates` answers\n' +
    '`{items: [{cursor, type, payload, createdAt, readAt}], cursor, reset?}`; the same notices arrive as events on `private-inbox-{personId}`.';
  return `${NOTE}\n\n# Notices\n\n${intro}\n\n${parts.join('\n\n')}\n`;
}
