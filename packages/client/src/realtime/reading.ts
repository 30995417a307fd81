import type { Notice } from '@latido/protocol';

/**
 * How far an inbox was read: drops what was given before, whichever door brings it again. The place moves on once the
 * handler has returned, so that a page which is closed meanwhile is told again.
 */
export class Reading {
  #cursor: string | null;
  readonly #onNotice: (notice: Notice) => void;

  constructor(after: string | null, onNotice: (notice: Notice) => void) {
    this.#cursor = after;
    this.#onNotice = onNotice;
  }

  /** The last notice that was dealt with; null before the first. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** Gives a notice to the page unless it had it. True when it was new. */
  take(notice: Notice): boolean {
    if (!isNewer(notice.cursor, this.#cursor)) return false;
    try {
      this.#onNotice(notice);
    } catch (error) {
      // The page's own mistake must not stop the notices behind it; the browser reports it as any other.
      setTimeout(() => {
        throw error;
      });
    }
    this.#cursor = notice.cursor;
    return true;
  }

  /** Everything up to here was read, or cannot be had any more. */
  moveTo(cursor: string): void {
    this.#cursor = cursor;
  }
}

/** Whether a cursor lies after another one of the same numbering; of a new numbering everything is new. */
export function isNewer(cursor: string, than: string | null): boolean {
  const [epoch, seq] = cursor.split('.');
  const [lastEpoch, lastSeq] = than?.split('.') ?? [];
  return epoch !== lastEpoch || Number(seq) > Number(lastSeq);
}
