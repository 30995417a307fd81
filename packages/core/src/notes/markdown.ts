import { headingLevel, isNoteText, listStart, plainText, safeLink } from './page.ts';
import type { NoteBlock, NoteNode, NoteText } from './page.ts';

/** A page as Markdown (NOTES-4). Ends with one line break; an empty page is empty. */
export function notesAsMarkdown(page: readonly NoteNode[]): string {
  const text = blocks(page, '\n\n');
  return text === '' ? '' : `${text}\n`;
}

function blocks(nodes: readonly NoteNode[], between: string): string {
  return nodes
    .map((node) => (isNoteText(node) ? inline([node]) : block(node)))
    .filter((text) => text !== '')
    .join(between);
}

function block(node: NoteBlock): string {
  switch (node.type) {
    case 'heading':
      return `${'#'.repeat(headingLevel(node))} ${inline(node.content).replaceAll('\n', ' ')}`;
    case 'bulletList':
      return points(node, () => '- ');
    case 'orderedList':
      return points(node, (n) => `${listStart(node) + n}. `);
    case 'taskList':
      return points(node, (_n, { attrs }) => (attrs['checked'] === true ? '- [x] ' : '- [ ] '));
    case 'codeBlock':
      return fenced(node);
    case 'blockquote':
      return indent(blocks(node.content, '\n\n'), '> ', '> ');
    case 'horizontalRule':
      return '---';
    case 'paragraph':
      return atLineStart(inline(node.content));
    default:
      return node.content.some(isNoteText) ? inline(node.content) : blocks(node.content, '\n\n');
  }
}

function points({ content }: NoteBlock, sign: (n: number, item: NoteBlock) => string): string {
  return content
    .filter((item): item is NoteBlock => !isNoteText(item))
    .map((item, n) => {
      const first = sign(n, item);
      // What follows a checkbox is indented as what follows its dash.
      const rest = ' '.repeat(/^\d/.test(first) ? first.length : 2);
      return indent(blocks(item.content, '\n'), first, rest);
    })
    .join('\n');
}

function indent(text: string, first: string, rest: string): string {
  return text
    .split('\n')
    .map((line, n) => (n === 0 ? first : rest) + line)
    .join('\n')
    .replaceAll(/ +$/gm, '');
}

/** The fence is longer than any in the text. */
function fenced(node: NoteBlock): string {
  const code = node.content.map(plainText).join('');
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const { language } = node.attrs;
  const name = typeof language === 'string' && /^[\w+#.-]{1,30}$/.test(language) ? language : '';
  return `${fence}${name}\n${code}\n${fence}`;
}

function inline(nodes: readonly NoteNode[]): string {
  return nodes.map((node) => (isNoteText(node) ? marked(node) : inBlock(node))).join('');
}

function inBlock(node: NoteBlock): string {
  return node.type === 'hardBreak' ? '\\\n' : inline(node.content);
}

const SIGNS: readonly (readonly [type: string, sign: string])[] = [
  ['bold', '**'],
  ['italic', '*'],
  ['strike', '~~'],
];

function marked({ text, marks }: NoteText): string {
  const link = marks.map(safeLink).find((href) => href !== null);
  const has = (type: string): boolean => marks.some((mark) => mark.type === type);
  // Signs touch the words: spaces at the ends stand outside.
  const [, before = '', words = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  if (words === '') return text;
  let shown = has('code') ? codeSpan(words) : escaped(words);
  for (const [type, sign] of SIGNS) if (has(type)) shown = `${sign}${shown}${sign}`;
  if (link !== undefined) shown = `[${shown}](${link.replaceAll('(', '%28').replaceAll(')', '%29')})`;
  return `${before}${shown}${after}`;
}

function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return longest > 0 ? `${ticks} ${text} ${ticks}` : `${ticks}${text}${ticks}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>~|]/g, String.raw`\$&`).replaceAll('&', '&amp;');
}

/** What would begin a list, a heading or a quote is text. */
function atLineStart(text: string): string {
  return text.replaceAll(/^(\s*)([#+-]|\d+(?=[.)]))/gm, (_all, spaces: string, sign: string) =>
    /\d/.test(sign) ? `${spaces}${sign}\\` : `${spaces}\\${sign}`,
  );
}
