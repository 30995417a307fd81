import { ownOf } from '../kernel/own.ts';
import { headingLevel, isNoteText, listStart, safeLink } from './page.ts';
import type { NoteBlock, NoteMark, NoteNode } from './page.ts';

/** A page as HTML, to stand inside a body: every text is escaped, every tag is one of ours (NOTES-5). */
export function notesAsHtml(page: readonly NoteNode[]): string {
  return page.map(shown).join('\n');
}

/** What stands in a text, safe in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}

const TAGS: Readonly<Record<string, string>> = {
  paragraph: 'p',
  bulletList: 'ul',
  listItem: 'li',
  blockquote: 'blockquote',
};

function shown(node: NoteNode): string {
  if (isNoteText(node)) return node.marks.reduce(inMark, escapeHtml(node.text));
  const inside = node.content.map(shown).join('');
  const tag = ownOf(TAGS, node.type);
  return tag === undefined ? special(node, inside) : `<${tag}>${inside}</${tag}>`;
}

function special(node: NoteBlock, inside: string): string {
  switch (node.type) {
    case 'heading':
      return `<h${headingLevel(node)}>${inside}</h${headingLevel(node)}>`;
    case 'orderedList':
      return `<ol start="${listStart(node)}">${inside}</ol>`;
    case 'taskList':
      return `<ul class="tasks">${inside}</ul>`;
    case 'taskItem':
      return `<li><input type="checkbox" disabled${node.attrs['checked'] === true ? ' checked' : ''}>${inside}</li>`;
    case 'codeBlock':
      return `<pre><code>${inside}</code></pre>`;
    case 'horizontalRule':
      return '<hr>';
    case 'hardBreak':
      return '<br>';
    default:
      return inside;
  }
}

const MARKS: Readonly<Record<string, string>> = {
  bold: 'strong',
  italic: 'em',
  strike: 's',
  underline: 'u',
  code: 'code',
};

function inMark(inside: string, mark: NoteMark): string {
  const href = safeLink(mark);
  if (href !== null) return `<a href="${escapeHtml(href)}" rel="noopener noreferrer nofollow">${inside}</a>`;
  const tag = ownOf(MARKS, mark.type);
  return tag === undefined ? inside : `<${tag}>${inside}</${tag}>`;
}
