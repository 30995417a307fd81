import type { HocuspocusProvider } from '@hocuspocus/provider';
import { Editor } from '@tiptap/core';
import Collaboration from '@tiptap/extension-collaboration';
import CollaborationCaret from '@tiptap/extension-collaboration-caret';
import { TaskItem, TaskList } from '@tiptap/extension-list';
import StarterKit from '@tiptap/starter-kit';

/** An editor on an element, of the document that a provider keeps in step. It takes no keys until it is told to. */
export function makeEditor(element: HTMLElement, provider: HocuspocusProvider, label: string): Editor {
  return new Editor({
    element,
    editable: false,
    // The page's policy lets no style through that a script writes; notes.css has what is needed.
    injectCSS: false,
    extensions: [
      // What is undone is one's own only, which the collaboration does.
      StarterKit.configure({
        undoRedo: false,
        link: { openOnClick: false, autolink: true, protocols: ['http', 'https', 'mailto'] },
      }),
      TaskList,
      TaskItem.configure({ nested: true }),
      Collaboration.configure({ document: provider.document }),
      // Who it is the server says; a cursor's colour is the page's.
      CollaborationCaret.configure({
        provider,
        user: {},
        render: caretOf,
        selectionRender: () => ({ class: 'lt-notes-selected' }),
      }),
    ],
    editorProps: {
      attributes: {
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': label,
        'data-testid': 'notes-page',
      },
    },
  });
}

/** Somebody's cursor, with their name on a flag. */
function caretOf(user: { readonly name?: unknown }): HTMLElement {
  const caret = document.createElement('span');
  caret.className = 'lt-notes-caret';
  const flag = document.createElement('span');
  flag.className = 'lt-notes-flag';
  const { name } = user;
  flag.textContent = typeof name === 'string' ? name : '';
  caret.append(flag);
  return caret;
}
