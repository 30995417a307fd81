/** A part of a text: words, or an address that may be opened. */
export interface TextPart {
  readonly text: string;
  /** Always http or https. */
  readonly href?: string;
}

/** Only what says its scheme: `javascript:` and the like are words. */
const ADDRESS = /https?:\/\/[^\s<>"'`\u200B-\u200F\u2028-\u202E\u2060-\u2069]+/gi;
/** What closes a sentence, and no address. */
const CLOSING = /[.,;:!?…]+$/;

/** Cuts a text where addresses begin and end. All parts together are the text. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = trimmed(found);
    const href = hrefOf(address);
    if (href === null) continue;
    if (index > at) parts.push({ text: text.slice(at, index) });
    parts.push({ text: address, href });
    at = index + address.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

/** Without the full stop behind it, and without a bracket that was opened before it. */
function trimmed(address: string): string {
  const bare = address.replace(CLOSING, '');
  const isUnopened = bare.endsWith(')') && !bare.includes('(');
  return isUnopened ? trimmed(bare.slice(0, -1)) : bare;
}

/** Nothing that hides where it leads: no name and password before the host. */
function hrefOf(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url === null || url.username !== '' || url.password !== '' ? null : url.href;
}
