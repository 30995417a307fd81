import type { Files } from '@latido/client';
import type { ChatFile } from '@latido/protocol';
import { useEffect, useState, type JSX } from 'react';
import type { ChatLabels } from './labels.ts';
import { sizeOf } from './size.ts';

interface FilesOfMessage {
  readonly callId: string;
  readonly list: readonly ChatFile[];
  readonly files: Pick<Files, 'address' | 'read'> | null;
  readonly labels: ChatLabels;
}

/** The files of a message: pictures as pictures, everything else by name and size, to be saved. */
export function MessageFiles({ callId, list, files, labels }: FilesOfMessage): JSX.Element | null {
  if (list.length === 0) return null;
  return (
    <ul className="lt-chat-files">
      {list.map((file) => (
        <li key={file.id} data-testid="chat-file">
          {file.removedAt !== null || !files ? (
            <span className="lt-chat-gone">{file.removedAt === null ? file.name : labels.fileGone}</span>
          ) : (
            <One file={file} files={files} path={pathOf(callId, file)} labels={labels} />
          )}
        </li>
      ))}
    </ul>
  );
}

function pathOf(callId: string, { id }: ChatFile): string {
  return `/api/v1/calls/${encodeURIComponent(callId)}/files/${encodeURIComponent(id)}`;
}

function One({
  file,
  files,
  path,
  labels,
}: {
  file: ChatFile;
  files: NonNullable<FilesOfMessage['files']>;
  path: string;
  labels: ChatLabels;
}): JSX.Element {
  const picture = useAddress(file.isPicture ? path : null, files);
  const [isLost, setLost] = useState(false);
  const size = sizeOf(file.bytes, labels.language);
  const address = files.address(`${path}?download=1`);
  const save = async (): Promise<void> => {
    try {
      saveAs(await files.read(path), file.name);
    } catch {
      setLost(true);
    }
  };
  return (
    <>
      {picture !== null && !isLost && (
        <a href={picture} target="_blank" rel="noopener noreferrer">
          <img src={picture} alt={file.name} loading="lazy" onError={() => setLost(true)} />
        </a>
      )}
      {address === null ? (
        <button type="button" onClick={() => void save()}>
          {labels.save} {file.name}
        </button>
      ) : (
        <a href={address} download={file.name} aria-label={labels.saveFile(file.name)}>
          {file.name}
        </a>
      )}{' '}
      <span className="lt-chat-who">{size}</span>
      {isLost && <span className="lt-chat-why">{labels.fileLost}</span>}
    </>
  );
}

/** Where a page opens a picture; with headers it is read first. */
function useAddress(path: string | null, files: Pick<Files, 'address' | 'read'>): string | null {
  const open = path === null ? null : files.address(path);
  const [own, setOwn] = useState<string | null>(null);
  useEffect(() => {
    if (path === null || open !== null) return;
    let isOver = false;
    let made: string | undefined;
    files.read(path).then(
      (blob) => {
        if (isOver) return;
        made = URL.createObjectURL(blob);
        setOwn(made);
      },
      () => undefined,
    );
    return () => {
      isOver = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [path, open]);
  return open ?? own;
}

function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
