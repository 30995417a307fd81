import { LatidoError } from '@latido/client';
import { FILE_BYTES_MAX, FILES_MAX, type ChatFile } from '@latido/protocol';

/** Why a file is not there. */
export type FileFailure =
  | 'large'
  | 'empty'
  | 'lies'
  | 'much'
  | 'many'
  | 'full'
  | 'away'
  | 'over'
  | 'refused'
  | 'lost';

/** A file that goes along with the next message. */
export interface Draft {
  readonly key: string;
  readonly file: File;
  /** Of one, while it is on its way. */
  readonly progress: number;
  /** Once it is there. */
  readonly sent: ChatFile | null;
  readonly failure: FileFailure | null;
}

/** Files that somebody chose, dropped or pasted; those beyond ten are left out. What cannot be sent says so at once. */
export function withFiles(
  drafts: readonly Draft[],
  files: readonly File[],
  newKey: () => string,
): { drafts: readonly Draft[]; added: readonly Draft[]; leftOut: number } {
  const room = Math.max(0, FILES_MAX - drafts.length);
  const added = files.slice(0, room).map((file) => ({
    key: newKey(),
    file,
    progress: 0,
    sent: null,
    failure: file.size > FILE_BYTES_MAX ? ('large' as const) : file.size === 0 ? ('empty' as const) : null,
  }));
  return { drafts: [...drafts, ...added], added, leftOut: files.length - added.length };
}

/** One of them, changed; where it was taken away meanwhile nothing is. */
export function withDraft(
  drafts: readonly Draft[],
  key: string,
  change: Partial<Omit<Draft, 'key' | 'file'>>,
): readonly Draft[] {
  return drafts.map((draft) => (draft.key === key ? { ...draft, ...change } : draft));
}

/** Whether a message may take them along: all are there. */
export function areSent(drafts: readonly Draft[]): boolean {
  return drafts.every(({ sent }) => sent !== null);
}

/** Whether the same file may be sent again as it is. */
export function mayAgain({ failure }: Draft): boolean {
  return failure !== null && ['many', 'full', 'away', 'lost'].includes(failure);
}

const BY_CODE: Readonly<Record<string, FileFailure>> = {
  'file.too_large': 'large',
  'request.too_large': 'large',
  'file.empty': 'empty',
  'file.type_mismatch': 'lies',
  'file.too_many': 'much',
  'request.rate_limited': 'many',
  'file.store_full': 'full',
  'file.store_unavailable': 'away',
  'call.ended': 'over',
};

/** What of an error a person is told. */
export function fileFailureOf(error: unknown): FileFailure {
  if (!(error instanceof LatidoError) || error.code === null) return 'lost';
  return BY_CODE[error.code] ?? (error.retry === 'later' ? 'lost' : 'refused');
}
