import { headingLevel, isNoteText, listStart, plainText } from './page.ts';
import type { NoteBlock, NoteNode } from './page.ts';

/** A piece of a page as paper has it: a text that goes over as many lines as it needs. */
export interface NoteLine {
  readonly text: string;
  /** How deep it stands in lists and quotes, from 0 on. */
  readonly depth: number;
  /** 1 to 6 for a heading, 0 for everything else. */
  readonly heading: number;
}

/** A page as lines to be printed: what is a list says so by its signs (NOTES-11). */
export function notesAsLines(page: readonly NoteNode[], depth = 0): NoteLine[] {
  return page.flatMap((node) => {
    if (isNoteText(node)) return [{ text: node.text, depth, heading: 0 }];
    const { type } = node;
    if (type === 'bulletList' || type === 'orderedList' || type === 'taskList') return points(node, depth);
    if (type === 'horizontalRule') return [{ text: '—', depth, heading: 0 }];
    if (type === 'blockquote') return notesAsLines(node.content, depth + 1);
    const isText = node.content.every((each) => isNoteText(each) || each.type === 'hardBreak');
    if (!isText) return notesAsLines(node.content, depth);
    return [{ text: plainText(node), depth, heading: type === 'heading' ? headingLevel(node) : 0 }];
  });
}

function points(list: NoteBlock, depth: number): NoteLine[] {
  const sign = (n: number, item: NoteBlock): string => {
    if (list.type === 'orderedList') return `${listStart(list) + n}. `;
    if (list.type === 'bulletList') return '• ';
    return item.attrs['checked'] === true ? '☑ ' : '☐ ';
  };
  return list.content
    .filter((item): item is NoteBlock => !isNoteText(item))
    .flatMap((item, n) => {
      const [first, ...rest] = notesAsLines(item.content, depth + 1);
      const text = sign(n, item) + (first?.text ?? '');
      return [{ text, depth, heading: 0 }, ...rest];
    });
}
