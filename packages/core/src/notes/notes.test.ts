import { describe, expect, it } from 'vitest';
import { notesAsHtml } from './html.ts';
import { notesAsLines } from './lines.ts';
import { notesAsMarkdown } from './markdown.ts';
import type { NoteBlock, NoteMark, NoteNode } from './page.ts';
import {
  countFrame,
  faultOfUpdate,
  isVersionDue,
  mayWriteNotes,
  NOTES_PAGE_BYTES_MAX,
  NOTES_UPDATE_BYTES_MAX,
  type NotesPace,
} from './rules.ts';

const text = (words: string, ...marks: (string | NoteMark)[]): NoteNode => ({
  type: 'text',
  text: words,
  marks: marks.map((mark) => (typeof mark === 'string' ? { type: mark, attrs: {} } : mark)),
});
const link = (href: string): NoteMark => ({ type: 'link', attrs: { href } });
const block = (type: string, content: NoteNode[] = [], attrs: NoteBlock['attrs'] = {}): NoteBlock => ({
  type,
  attrs,
  content,
});
const p = (...content: NoteNode[]): NoteBlock => block('paragraph', content);

describe('who writes, and how much', () => {
  it.each([
    ['mentor', true, true],
    ['mentor', false, true],
    ['mentee', true, true],
    ['mentee', false, false],
    ['staff', true, false],
  ] as const)('[NOTES-1] a %s where mentees write: %s may write: %s', (role, menteesWrite, may) => {
    expect(mayWriteNotes(role, { menteesWrite })).toBe(may);
  });

  it.each([
    [null, true, false],
    [0, false, false],
    [-119_999, false, false],
    [-120_000, false, true],
    [-1, true, true],
  ])('[NOTES-2] changed since %s, over: %s, a version is due: %s', (since, isOver, due) => {
    const now = 1_000_000;
    expect(isVersionDue({ changedSince: since === null ? null : now + since, isOver }, now)).toBe(due);
  });

  it('[NOTES-3] an update to 1 MB fits, a page to 8 MB', () => {
    expect(faultOfUpdate(NOTES_UPDATE_BYTES_MAX, 0)).toBeNull();
    expect(faultOfUpdate(NOTES_UPDATE_BYTES_MAX + 1, 0)).toBe('too_large');
    expect(faultOfUpdate(1, NOTES_PAGE_BYTES_MAX - 1)).toBeNull();
    expect(faultOfUpdate(2, NOTES_PAGE_BYTES_MAX - 1)).toBe('full');
  });

  it('[NOTES-3] a burst of 300 frames passes, then 100 a second, and not one more', () => {
    let pace: NotesPace | null = null;
    const send = (count: number, now: number): number => {
      let passed = 0;
      for (let n = 0; n < count; n += 1) {
        const next = countFrame(pace, now);
        if (next === null) continue;
        pace = next;
        passed += 1;
      }
      return passed;
    };
    expect(send(1_000, 5_000)).toBe(300);
    expect(send(1_000, 6_000)).toBe(100);
    expect(send(50, 6_500)).toBe(50);
    expect(send(1_000, 60_000)).toBe(300);
  });
});

const page: NoteNode[] = [
  block('heading', [text('Agenda')], { level: 2 }),
  p(
    text('Bring '),
    text('three', 'bold'),
    text(' drafts', 'italic'),
    text(' to '),
    text('us', link('https://example.test/a_(b)')),
  ),
  block('bulletList', [
    block('listItem', [p(text('one')), block('bulletList', [block('listItem', [p(text('inside'))])])]),
    block('listItem', [p(text('two'))]),
  ]),
  block('orderedList', [block('listItem', [p(text('third'))]), block('listItem', [p(text('fourth'))])], {
    start: 3,
  }),
  block('taskList', [
    block('taskItem', [p(text('done'))], { checked: true }),
    block('taskItem', [p(text('to do'))], { checked: false }),
  ]),
  block('codeBlock', [text('const a = `x`;')], { language: 'ts' }),
  block('blockquote', [p(text('said')), p(text('twice'))]),
  p(text('line'), block('hardBreak'), text('break '), text('a`b', 'code')),
];

describe('a page outside of the editor', () => {
  it('[NOTES-4] as Markdown it keeps headings, lists, checkboxes, links, code and marks', () => {
    expect(notesAsMarkdown(page)).toBe(
      [
        '## Agenda',
        '',
        'Bring **three** *drafts* to [us](https://example.test/a_%28b%29)',
        '',
        '- one',
        '  - inside',
        '- two',
        '',
        '3. third',
        '4. fourth',
        '',
        '- [x] done',
        '- [ ] to do',
        '',
        '```ts',
        'const a = `x`;',
        '```',
        '',
        '> said',
        '>',
        '> twice',
        '',
        'line\\',
        'break `` a`b ``',
        '',
      ].join('\n'),
    );
    expect(notesAsMarkdown([])).toBe('');
  });

  it.each([
    ['# no heading', String.raw`\# no heading`],
    ['- no list', String.raw`\- no list`],
    ['1. no list', String.raw`1\. no list`],
    ['*no* _marks_ [no](link)', String.raw`\*no\* \_marks\_ \[no\](link)`],
    ['<b>&amp;', String.raw`\<b\>&amp;amp;`],
  ])('[NOTES-4] what was written as text stays text: %s', (words, shown) => {
    expect(notesAsMarkdown([p(text(words))])).toBe(`${shown}\n`);
  });

  it('[NOTES-5] as HTML nothing that was written is markup', () => {
    const html = notesAsHtml([
      p(text('<script>alert("1")</script>')),
      block('heading', [text('h')], { level: '3" onclick="x' }),
      block('orderedList', [block('listItem', [p(text('x'))])], { start: '1" x="' }),
      block('codeBlock', [text('<i>')], { language: '"><script>' }),
      block('iframe', [text('what')], { src: 'https://evil.test' }),
      block('constructor', [text('what', { type: 'toString', attrs: {} })]),
    ]);
    expect(html).toBe(
      '<p>&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;</p>\n<h1>h</h1>\n<ol start="1"><li><p>x</p></li></ol>\n<pre><code>&#60;i&#62;</code></pre>\nwhat\nwhat',
    );
  });

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'https://a.test/" onclick="x',
    '//a.test',
    7,
  ])('[NOTES-5] a link to %j is text', (href) => {
    const linked = [p(text('x', { type: 'link', attrs: { href } }))];
    expect(notesAsHtml(linked)).toBe('<p>x</p>');
    expect(notesAsMarkdown(linked)).toBe('x\n');
  });

  it('[NOTES-11] as lines to be printed its lists keep their signs, and what is inside stands in', () => {
    const lines = notesAsLines(page).map(({ text: words, depth, heading }) => [words, depth, heading]);
    expect(lines).toEqual([
      ['Agenda', 0, 2],
      ['Bring three drafts to us', 0, 0],
      ['• one', 0, 0],
      ['• inside', 1, 0],
      ['• two', 0, 0],
      ['3. third', 0, 0],
      ['4. fourth', 0, 0],
      ['☑ done', 0, 0],
      ['☐ to do', 0, 0],
      ['const a = `x`;', 0, 0],
      ['said', 1, 0],
      ['twice', 1, 0],
      ['line\nbreak a`b', 0, 0],
    ]);
  });

  it('[NOTES-5] a link goes to the web or to mail', () => {
    expect(notesAsHtml([p(text('x', link('mailto:a@b.test'), 'bold'))])).toBe(
      '<p><strong><a href="mailto:a@b.test" rel="noopener noreferrer nofollow">x</a></strong></p>',
    );
  });
});
