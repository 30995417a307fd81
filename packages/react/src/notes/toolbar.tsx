import type { Editor } from '@tiptap/core';
import { useState, type JSX } from 'react';
import type { NotesLabels } from './labels.ts';

interface Tool {
  readonly word: 'heading' | 'bold' | 'italic' | 'bullets' | 'numbers' | 'checkboxes' | 'code';
  readonly sign: string;
  readonly isOn: (editor: Editor) => boolean;
  readonly press: (editor: Editor) => void;
}

const TOOLS: readonly Tool[] = [
  {
    word: 'heading',
    sign: 'H',
    isOn: (editor) => editor.isActive('heading'),
    press: (editor) => editor.chain().focus().toggleHeading({ level: 2 }).run(),
  },
  {
    word: 'bold',
    sign: 'B',
    isOn: (editor) => editor.isActive('bold'),
    press: (editor) => editor.chain().focus().toggleBold().run(),
  },
  {
    word: 'italic',
    sign: 'I',
    isOn: (editor) => editor.isActive('italic'),
    press: (editor) => editor.chain().focus().toggleItalic().run(),
  },
  {
    word: 'bullets',
    sign: '•',
    isOn: (editor) => editor.isActive('bulletList'),
    press: (editor) => editor.chain().focus().toggleBulletList().run(),
  },
  {
    word: 'numbers',
    sign: '1.',
    isOn: (editor) => editor.isActive('orderedList'),
    press: (editor) => editor.chain().focus().toggleOrderedList().run(),
  },
  {
    word: 'checkboxes',
    sign: '☑',
    isOn: (editor) => editor.isActive('taskList'),
    press: (editor) => editor.chain().focus().toggleTaskList().run(),
  },
  {
    word: 'code',
    sign: '<>',
    isOn: (editor) => editor.isActive('codeBlock'),
    press: (editor) => editor.chain().focus().toggleCodeBlock().run(),
  },
];

/** What makes a text a heading, a list, a link. */
export function Toolbar({ editor, labels }: { editor: Editor; labels: NotesLabels }): JSX.Element {
  const [isLinking, setLinking] = useState(false);
  return (
    <div className="lt-notes-tools" role="toolbar" aria-label={labels.format}>
      {TOOLS.map(({ word, sign, isOn, press }) => (
        <button
          key={word}
          type="button"
          aria-label={labels[word]}
          title={labels[word]}
          aria-pressed={isOn(editor)}
          // Drawn by the style: it is a picture, and no word of the button's name.
          data-sign={sign}
          onClick={() => press(editor)}
        />
      ))}
      <button
        type="button"
        aria-pressed={editor.isActive('link')}
        aria-expanded={isLinking}
        onClick={() => setLinking(!isLinking)}
      >
        {labels.link}
      </button>
      {isLinking && <LinkForm editor={editor} labels={labels} onDone={() => setLinking(false)} />}
    </div>
  );
}

function LinkForm({
  editor,
  labels,
  onDone,
}: {
  editor: Editor;
  labels: NotesLabels;
  onDone: () => void;
}): JSX.Element {
  const [address, setAddress] = useState(String(editor.getAttributes('link')['href'] ?? 'https://'));
  return (
    <form
      className="lt-notes-link"
      onSubmit={(event) => {
        event.preventDefault();
        const chain = editor.chain().focus().extendMarkRange('link');
        if (/^(https?:\/\/|mailto:)./i.test(address)) chain.setLink({ href: address }).run();
        else chain.unsetLink().run();
        onDone();
      }}
    >
      <input
        aria-label={labels.address}
        value={address}
        // Asked for by a press: the field is what comes next.
        ref={(field) => field?.focus()}
        onChange={({ target }) => setAddress(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          // It closes this, and not what it stands in.
          event.stopPropagation();
          onDone();
        }}
      />
      <button type="submit">{labels.setLink}</button>
    </form>
  );
}
