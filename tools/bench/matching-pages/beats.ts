import type { Page } from './page.ts';

const EVERY_MS = 3_000;
/** Pages beat in so many slices, as chance would spread them. */
const SLICES = 60;

/** Pages that give their sign every three seconds each. */
export class Beats {
  readonly #slices: Set<Page>[] = Array.from({ length: SLICES }, () => new Set());
  readonly #timer: NodeJS.Timeout;
  #at = 0;
  /** Signs that were answered. */
  answered = 0;
  /** Times at which the sign before was on its way still. */
  late = 0;
  /** Answers that were none, or did not say what they should; the first of them as a text. */
  wrong = 0;
  firstWrong = '';

  constructor() {
    this.#timer = setInterval(() => this.#beat(), EVERY_MS / SLICES);
  }

  add(page: Page): void {
    this.#slices[Math.floor(Math.random() * SLICES)]?.add(page);
  }

  remove(page: Page): void {
    for (const slice of this.#slices) slice.delete(page);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    this.#at = (this.#at + 1) % SLICES;
    for (const page of this.#slices[this.#at] ?? []) {
      if (page.isBeating) this.late += 1;
      else void this.#one(page);
    }
  }

  async #one(page: Page): Promise<void> {
    const { status, body } = await page.beat();
    this.answered += 1;
    if (status === 200) return;
    this.wrong += 1;
    this.firstWrong ||= `${status} ${body.toString().slice(0, 200)}`;
  }
}
