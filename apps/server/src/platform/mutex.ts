/** Lets one caller at a time in, in the order of their coming. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Nobody is in and nobody waits. */
  get free(): boolean {
    return this.#waiting === 0;
  }

  /** Runs `fn` alone. */
  run<T>(fn: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const mine = this.#last.then(fn).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
