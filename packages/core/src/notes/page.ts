/** A mark of a text: bold, italic, strike, underline, code, link. */
export interface NoteMark {
  readonly type: string;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** A piece of text with its marks. */
export interface NoteText {
  readonly type: 'text';
  readonly text: string;
  readonly marks: readonly NoteMark[];
}

/** A part of a page as the editor calls it (paragraph, heading, bulletList, taskItem …). What it does not know is read as its content. */
export interface NoteBlock {
  readonly type: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly content: readonly NoteNode[];
}

/** What a page is made of. */
export type NoteNode = NoteText | NoteBlock;

/** Whether a node is a text. */
export function isNoteText(node: NoteNode): node is NoteText {
  return 'text' in node;
}

/** The text of a node, without its marks. */
export function plainText(node: NoteNode): string {
  if (isNoteText(node)) return node.text;
  return node.type === 'hardBreak' ? '\n' : node.content.map(plainText).join('');
}

/** Where a link goes, if that is the web or mail; null for everything that could run (NOTES-5). */
export function safeLink(mark: NoteMark): string | null {
  const { href } = mark.attrs;
  return mark.type === 'link' && typeof href === 'string' && /^(https?:\/\/|mailto:)[^\s<>"]+$/i.test(href)
    ? href
    : null;
}

/** 1 to 6. */
export function headingLevel({ attrs }: NoteBlock): number {
  const level = Number(attrs['level']);
  return Number.isInteger(level) && level >= 1 && level <= 6 ? level : 1;
}

/** The number of a list's first point. */
export function listStart({ attrs }: NoteBlock): number {
  const start = Number(attrs['start'] ?? 1);
  return Number.isSafeInteger(start) && start >= 0 ? start : 1;
}
