import type { Files } from '@latido/client';
import { useEffect, useRef, useState } from 'react';
import type { Api } from '../call/follow.ts';
import type { Draft } from './drafts.ts';
import { DraftSender } from './send-drafts.ts';

/** Files that go along with the next message. */
export interface Drafts {
  readonly all: readonly Draft[];
  /** How many of the last ones were too many. */
  readonly leftOut: number;
  add(files: readonly File[]): void;
  again(draft: Draft): void;
  /** Takes one away, also while it is on its way. */
  drop(draft: Draft): void;
  /** They went along. */
  clear(): void;
}

/** Sends files as they are chosen, and says how they stand. */
export function useDrafts(of: { callId: string; api: Api; files: Pick<Files, 'upload'> | null }): Drafts {
  const { callId, api, files } = of;
  const [all, setAll] = useState<readonly Draft[]>([]);
  const [leftOut, setLeftOut] = useState(0);
  const sender = useRef<DraftSender | null>(null);
  useEffect(() => {
    const now = new DraftSender({ callId, api, files, tell: setAll });
    sender.current = now;
    setAll([]);
    return () => now.close();
  }, [callId, api, files]);
  return {
    all,
    leftOut,
    add: (chosen) => setLeftOut(sender.current?.add(chosen) ?? 0),
    again: (draft) => sender.current?.again(draft),
    drop(draft) {
      setLeftOut(0);
      sender.current?.drop(draft);
    },
    clear() {
      setLeftOut(0);
      sender.current?.clear();
    },
  };
}
