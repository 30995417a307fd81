import type { Files } from '@latido/client';
import type { ChatFile } from '@latido/protocol';
import type { Api } from '../call/follow.ts';
import { fileFailureOf, withDraft, withFiles, type Draft } from './drafts.ts';

/** More would not be quicker, and a message would wait for all of them. */
const AT_ONCE = 3;

/** Where drafts go, and who is told how they stand. */
export interface DraftsTo {
  readonly callId: string;
  readonly api: Api;
  readonly files: Pick<Files, 'upload'> | null;
  readonly tell: (drafts: readonly Draft[]) => void;
}

/** Sends files as they are chosen, three at a time, so that the message itself is sent at once. */
export class DraftSender {
  readonly #to: DraftsTo;
  readonly #path: string;
  readonly #stops = new Map<string, AbortController>();
  readonly #waiting: Draft[] = [];
  #drafts: readonly Draft[] = [];
  #running = 0;

  constructor(to: DraftsTo) {
    this.#to = to;
    this.#path = `/api/v1/calls/${encodeURIComponent(to.callId)}/files`;
  }

  /** Takes files along; gives how many were too many. */
  add(files: readonly File[]): number {
    const now = withFiles(this.#drafts, files, () => crypto.randomUUID());
    this.#set(now.drafts);
    this.#start(now.added.filter(({ failure }) => failure === null));
    return now.leftOut;
  }

  again(draft: Draft): void {
    this.#change(draft.key, { failure: null, progress: 0 });
    this.#start([draft]);
  }

  /** Takes one away, also while it is on its way. */
  drop({ key, sent }: Draft): void {
    this.#set(this.#drafts.filter((each) => each.key !== key));
    this.#stops.get(key)?.abort();
    if (sent) this.#giveUp(sent);
  }

  /** They went along with a message. */
  clear(): void {
    this.#set([]);
  }

  /** Calls off what is on its way. */
  close(): void {
    this.#waiting.length = 0;
    for (const stop of this.#stops.values()) stop.abort();
  }

  #start(drafts: readonly Draft[]): void {
    this.#waiting.push(...drafts);
    this.#next();
  }

  #next(): void {
    if (this.#running >= AT_ONCE) return;
    const draft = this.#waiting.shift();
    if (!draft) return;
    this.#running += 1;
    void this.#send(draft).finally(() => {
      this.#running -= 1;
      this.#next();
    });
    this.#next();
  }

  async #send({ key, file }: Draft): Promise<void> {
    if (!this.#has(key)) return;
    const stop = new AbortController();
    this.#stops.set(key, stop);
    try {
      const to = `${this.#path}?name=${encodeURIComponent(file.name || 'file')}`;
      const sent = await this.#to.files?.upload<ChatFile>(to, file, {
        signal: stop.signal,
        onProgress: (bytes, all) => this.#change(key, { progress: bytes / all }),
      });
      // Taken away while the answer was on its way: nobody waits for it.
      if (sent && !this.#has(key)) this.#giveUp(sent);
      else this.#change(key, { sent: sent ?? null });
    } catch (error) {
      if (!stop.signal.aborted) this.#change(key, { failure: fileFailureOf(error) });
    } finally {
      this.#stops.delete(key);
    }
  }

  /** What stays is deleted by the server within the hour. */
  #giveUp({ id }: ChatFile): void {
    this.#to.api.send('DELETE', `${this.#path}/${encodeURIComponent(id)}`).catch(() => undefined);
  }

  #has(key: string): boolean {
    return this.#drafts.some((each) => each.key === key);
  }

  #change(key: string, to: Partial<Omit<Draft, 'key' | 'file'>>): void {
    this.#set(withDraft(this.#drafts, key, to));
  }

  #set(drafts: readonly Draft[]): void {
    this.#drafts = drafts;
    this.#to.tell(drafts);
  }
}
