import { FILES_MAX } from '@latido/protocol';
import { useEffect, useState, type JSX } from 'react';
import { CloseIcon } from '../parts/icons.tsx';
import { mayAgain, type Draft } from './drafts.ts';
import type { ChatLabels } from './labels.ts';
import { sizeOf } from './size.ts';
import type { Drafts } from './use-drafts.ts';

/** What goes along with the next message: each with its progress, a way to take it away, and why it cannot go. */
export function DraftList({ drafts, labels }: { drafts: Drafts; labels: ChatLabels }): JSX.Element | null {
  if (drafts.all.length === 0) return null;
  return (
    <>
      <ul className="lt-chat-drafts" aria-label={labels.attached} data-testid="chat-drafts">
        {drafts.all.map((draft) => (
          <One key={draft.key} draft={draft} drafts={drafts} labels={labels} />
        ))}
      </ul>
      {drafts.leftOut > 0 && (
        <p className="lt-chat-state" role="alert">
          {labels.tooManyFiles(FILES_MAX)}
        </p>
      )}
    </>
  );
}

function One({ draft, drafts, labels }: { draft: Draft; drafts: Drafts; labels: ChatLabels }): JSX.Element {
  const { file, failure, progress, sent } = draft;
  const percent = Math.floor(progress * 100);
  return (
    <li data-failed={failure ?? undefined} data-sent={sent ? true : undefined} data-testid="chat-draft">
      <Preview file={file} />
      <span className="lt-chat-draft-name">
        {file.name} <span className="lt-chat-who">{sizeOf(file.size, labels.language)}</span>
        {failure === null ? (
          !sent && <progress max={100} value={percent} aria-label={labels.sendingFile(file.name)} />
        ) : (
          <span className="lt-chat-why" role="alert">
            {labels.fileFailure[failure]}
          </span>
        )}
      </span>
      {mayAgain(draft) && (
        <button type="button" onClick={() => drafts.again(draft)} data-testid="chat-draft-again">
          {labels.again}
        </button>
      )}
      <button
        type="button"
        aria-label={labels.dropFile(file.name)}
        onClick={() => drafts.drop(draft)}
        data-testid="chat-draft-drop"
      >
        <CloseIcon />
      </button>
    </li>
  );
}

const SHOWN = /^image\/(png|jpeg|gif|webp|avif)$/;

/** The picture itself, before anybody has it. */
function Preview({ file }: { file: File }): JSX.Element | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!SHOWN.test(file.type)) return;
    const own = URL.createObjectURL(file);
    setUrl(own);
    return () => URL.revokeObjectURL(own);
  }, [file]);
  // What is no picture, whatever it says, has none here either.
  const none = (): void => setUrl(null);
  return url === null ? null : <img src={url} alt="" className="lt-chat-draft-picture" onError={none} />;
}
