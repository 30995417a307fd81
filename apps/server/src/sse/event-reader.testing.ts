/** For tests only: reads a stream of events as browsers do, by fetch. */

/** One event that was dispatched. */
export interface Received {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** A stream, and waiting for what is in it. */
export class EventReader {
  readonly status: number;
  readonly headers: Headers;
  /** Resolves when the server has ended it, or we have. */
  readonly ended: Promise<void>;
  readonly #abort: AbortController;
  readonly #events: Received[] = [];
  #opened = false;
  #over = false;
  #wake: () => void = () => undefined;

  private constructor(answer: Response, abort: AbortController) {
    this.status = answer.status;
    this.headers = answer.headers;
    this.#abort = abort;
    this.ended = answer.status === 200 ? this.#read(answer) : Promise.resolve();
  }

  static async open(url: string, headers: Record<string, string>): Promise<EventReader> {
    const abort = new AbortController();
    return new EventReader(await fetch(url, { headers, signal: abort.signal }), abort);
  }

  /** Resolves when the server has said that it serves. */
  async welcome(): Promise<void> {
    while (!this.#opened) await this.#change();
  }

  async next(): Promise<Received> {
    for (;;) {
      const event = this.#events.shift();
      if (event) return event;
      if (this.#over) throw new Error('the stream has ended');
      await this.#change();
    }
  }

  close(): void {
    this.#abort.abort();
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  async #read(answer: Response): Promise<void> {
    let text = '';
    try {
      for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const blocks = (text + part).split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.#take(block);
        this.#wake();
      }
    } catch {
      // Closed by us.
    }
    this.#over = true;
    this.#wake();
  }

  #take(block: string): void {
    const fields = block.split('\n').map((line) => line.split(/: ?(.*)/s));
    const of = (name: string): string[] =>
      fields.filter(([field]) => field === name).map(([, value = '']) => value);
    this.#opened ||= of('retry').length > 0;
    const [data] = of('data');
    if (data === undefined) return;
    this.#events.push({ id: of('id')[0] ?? '', event: of('event')[0] ?? 'message', data: JSON.parse(data) });
  }
}
