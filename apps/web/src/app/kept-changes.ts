import type { Waiting } from './change-queue.ts';

/** Where changes are kept over a reload. */
export type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/**
 * The changes of a person that wait, of all tabs of this browser: each under a key of its own, so that no tab writes over what another one
 * keeps. Keys sort in the order in which the changes were made.
 */
export class KeptChanges {
  readonly #key: string;
  readonly #kept: Kept;
  /** What storage would not take (it may be full or forbidden): it waits as long as the page lives. Null: what it would not let go. */
  readonly #unkept = new Map<string, Waiting | null>();
  #lastAt = 0;

  constructor(key: string, kept: Kept) {
    this.#key = key;
    this.#kept = kept;
  }

  /** All that waits, oldest first, with the key of each. */
  all(): [key: string, change: Waiting][] {
    const found = new Map<string, Waiting | null>();
    try {
      this.#takeApart();
      const keys = Array.from({ length: this.#kept.length }, (_, at) => this.#kept.key(at) ?? '');
      for (const key of keys) {
        if (key.startsWith(`${this.#key}/`)) found.set(key, changeOf(this.#kept.getItem(key)));
      }
    } catch {
      // Forbidden: what the page holds is all there is.
    }
    for (const [key, change] of this.#unkept) found.set(key, change);
    return [...found]
      .flatMap(([key, change]): [string, Waiting][] => (change ? [[key, change]] : []))
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  add(change: Waiting): void {
    this.#lastAt = Math.max(Date.now(), this.#lastAt + 1);
    this.put(this.#keyOf(this.#lastAt, change.id), change);
  }

  put(key: string, change: Waiting): void {
    try {
      this.#kept.setItem(key, JSON.stringify(change));
      this.#unkept.delete(key);
    } catch {
      this.#unkept.set(key, change);
    }
  }

  remove(key: string): void {
    this.#unkept.delete(key);
    try {
      this.#kept.removeItem(key);
    } catch {
      this.#unkept.set(key, null);
    }
  }

  #keyOf(at: number, id: string): string {
    return `${this.#key}/${String(at).padStart(15, '0')}/${id}`;
  }

  /** They were one list under one key; a page that was loaded before may still write it. */
  #takeApart(): void {
    const list = this.#kept.getItem(this.#key);
    if (list === null) return;
    this.#kept.removeItem(this.#key);
    for (const [at, change] of listOf(list).entries()) {
      const key = this.#keyOf(at, change.id);
      if (this.#kept.getItem(key) === null) this.put(key, { ...change, tried: true });
    }
  }
}

function changeOf(text: string | null): Waiting | null {
  try {
    const read: unknown = JSON.parse(text ?? 'null');
    return isChange(read) ? read : null;
  } catch {
    return null;
  }
}

function listOf(text: string): readonly Waiting[] {
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read) ? read.filter(isChange) : [];
  } catch {
    return [];
  }
}

const isChange = (read: unknown): read is Waiting =>
  typeof read === 'object' && read !== null && 'id' in read && 'path' in read && 'body' in read;
